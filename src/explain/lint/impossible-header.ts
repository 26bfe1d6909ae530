import type { HTTPMatch } from '../../resources/index.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** RFC 9110 §5.5: a value has no space at its ends and no control characters; ours are read as Latin-1. */
const IMPOSSIBLE = /^[ \t]|[ \t]$|[^\t\x20-\x7e\x80-\xff]/;

/** Header matches of type Exact whose value no request can carry. */
export function impossibleHeaders({ routes }: LintSubject): readonly Finding[] {
  return routes.flatMap(({ object, spec }) =>
    spec.rules.flatMap((rule, index) =>
      (rule.matches ?? []).flatMap((match, at) =>
        impossibleIn(match).map(
          ({ name, value, i }): Finding => ({
            code: 'ImpossibleHeader',
            object,
            path: `spec.rules[${index}].matches[${at}].headers[${i}].value`,
            message:
              `no request has the header ${name} with the value ${JSON.stringify(value)}: ` +
              'a value neither begins nor ends with a space, and has no control characters',
            fix: `- name: ${name}\n  value: ${JSON.stringify(cleaned(value))}\n`,
          }),
        ),
      ),
    ),
  );
}

function impossibleIn({ headers = [] }: HTTPMatch) {
  return headers.flatMap(({ type, name, value }, i) =>
    type === 'Exact' && IMPOSSIBLE.test(value) ? { name, value, i } : [],
  );
}

function cleaned(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();
}
