import { type ObjectRef, yamlText } from '../../resources/index.ts';
import type { WrittenRoute } from '../written-route.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Rules that answer 500 to everything because no backend has a share of the requests. */
export function rulesWithoutShare({ routes }: LintSubject): readonly Finding[] {
  return routes.flatMap(route =>
    route.view.rules
      .filter(({ action }) => action.kind === 'failure' && action.reason === 'NoBackends')
      .map(({ index }) => withoutShare(route, index)),
  );
}

/** Why nothing has a share of the requests of a rule. */
export function withoutShare({ object, spec }: WrittenRoute & { readonly object: ObjectRef }, index: number): Finding {
  const path = `spec.rules[${index}]`;
  const backends = spec.rules?.[index]?.backendRefs ?? [];
  if (backends.length === 0) {
    return {
      code: 'RuleWithoutBackends',
      object,
      path,
      message: 'the rule has no backendRefs and no filter that answers, so its requests are answered with 500',
    };
  }
  const first = backends[0]!;
  return {
    code: 'ZeroWeights',
    object,
    path: `${path}.backendRefs`,
    message: 'every backend has the weight 0, so the requests of the rule are answered with 500',
    fix: `- name: ${yamlText(first.name)}\n${first.port === undefined ? '' : `  port: ${first.port}\n`}  weight: 1\n`,
  };
}
