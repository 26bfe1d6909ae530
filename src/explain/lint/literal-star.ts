import type { HTTPMatch } from '../../resources/index.ts';
import type { Finding } from './finding.ts';
import type { LintedRoute, LintSubject } from './subject.ts';

/** Stars in paths that are compared as text. */
export function literalStars({ routes }: LintSubject): readonly Finding[] {
  return routes.flatMap(route =>
    route.spec.rules.flatMap((rule, index) =>
      (rule.matches ?? []).flatMap((match, at) =>
        starIn(route, match, `spec.rules[${index}].matches[${at}].path.value`),
      ),
    ),
  );
}

function starIn({ object }: LintedRoute, { path: { type, value } }: HTTPMatch, path: string): readonly Finding[] {
  if (type === 'RegularExpression' || !value.includes('*')) return [];
  const meant = meantBy(value);
  return [
    {
      code: 'LiteralStar',
      object,
      path,
      message: `${JSON.stringify(value)} with type ${type} means a star: only paths that have one there match; ${meant.advice}`,
      fix: `path:\n  type: ${meant.type}\n  value: ${JSON.stringify(meant.value)}\n`,
    },
  ];
}

function meantBy(value: string): { readonly type: string; readonly value: string; readonly advice: string } {
  const bare = value.replace(/\/?\*+$/, '');
  if (!bare.includes('*') && value.includes('/*')) {
    return { type: 'PathPrefix', value: bare || '/', advice: 'PathPrefix means all below a path without one' };
  }
  const pattern = value.split(/\*+/).map(escapeRegex).join('[^/]*');
  return { type: 'RegularExpression', value: pattern, advice: 'a pattern needs the type RegularExpression' };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
