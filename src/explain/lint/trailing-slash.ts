import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Exact paths with a slash at their end, where no match of the route names the path without it. */
export function trailingSlashes({ routes }: LintSubject): readonly Finding[] {
  return routes.flatMap(({ object, spec }) => {
    const paths = spec.rules.flatMap((rule, index) =>
      (rule.matches ?? []).map(({ path }, at) => ({ ...path, at: `spec.rules[${index}].matches[${at}].path` })),
    );
    const named = new Set(
      paths.map(({ type, value }) => `${type} ${value.replace(/(.)\/$/, type === 'Exact' ? '$&' : '$1')}`),
    );
    return paths.flatMap(({ type, value, at }): readonly Finding[] => {
      if (type !== 'Exact' || value === '/' || !value.endsWith('/')) return [];
      const bare = value.slice(0, -1);
      if (named.has(`Exact ${bare}`) || named.has(`PathPrefix ${bare}`)) return [];
      return [
        {
          code: 'TrailingSlash',
          object,
          path: `${at}.value`,
          message: `${JSON.stringify(value)} with type Exact leaves ${JSON.stringify(bare)} out; PathPrefix takes both, and all below`,
          fix: `path:\n  type: PathPrefix\n  value: ${JSON.stringify(bare)}\n`,
        },
      ];
    });
  });
}
