import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Mirrors of rules that redirect or answer: nothing is forwarded, so there is nothing to copy. */
export function mirrorsBesideAnswers({ routes }: LintSubject): readonly Finding[] {
  return routes.flatMap(({ object, spec, view }) =>
    view.rules.flatMap(({ index, action }): readonly Finding[] => {
      const mirror = (spec.rules[index]?.filters ?? []).findIndex(({ type }) => type === 'RequestMirror');
      if (mirror < 0 || (action.kind !== 'redirect' && action.kind !== 'direct')) return [];
      const what = action.kind === 'redirect' ? 'redirects' : 'answers by itself';
      return [
        {
          code: 'MirrorBesideAnswer',
          object,
          path: `spec.rules[${index}].filters[${mirror}]`,
          message: `the rule ${what}, so no request is forwarded and the mirror gets no copies; remove it`,
        },
      ];
    }),
  );
}
