import type { HTTPMatch } from '../../resources/index.ts';
import { findPath } from '../symbolic/path-search.ts';
import { createSearchContext, type SearchContext } from '../symbolic/search-context.ts';
import { findText } from '../symbolic/text-search.ts';
import { HEADER_VALUES } from '../symbolic/value-search.ts';
import type { Finding } from './finding.ts';
import type { LintedRoute, LintSubject } from './subject.ts';

/** Expressions of which it is proven that nothing fits them; those that RE2 refuses fail their rule, and are told already. */
export function regexesWithoutMatch({ routes, units }: LintSubject): readonly Finding[] {
  const context = createSearchContext(units);
  return routes.flatMap(route =>
    route.view.rules
      .filter(({ action }) => action.kind !== 'failure')
      .flatMap(({ index }) =>
        (route.spec.rules[index]?.matches ?? []).flatMap((match, at) =>
          findingsIn(route, match, `spec.rules[${index}].matches[${at}]`, context),
        ),
      ),
  );
}

function findingsIn(
  { object }: LintedRoute,
  { path, headers = [] }: HTTPMatch,
  at: string,
  context: SearchContext,
): readonly Finding[] {
  const code = 'RegexCannotMatch';
  const findings: Finding[] = [];
  if (path.type === 'RegularExpression' && isImpossiblePath(path.value, context)) {
    const rooted = `/${path.value.replace(/^\^?/, '')}`;
    const mended = !path.value.startsWith('/') && !isImpossiblePath(rooted, context);
    findings.push({
      code,
      object,
      path: `${at}.path.value`,
      message: `no path can match ${JSON.stringify(path.value)}: a path begins with / and is compared as a whole, without query, escaped (/%C3%A9 for /é) and without // and /../`,
      ...(mended && { fix: `path:\n  type: RegularExpression\n  value: ${JSON.stringify(rooted)}\n` }),
    });
  }
  for (const [i, { type, name, value }] of headers.entries()) {
    if (type !== 'RegularExpression' || !isImpossibleValue(value, context)) continue;
    const message = `no value of the header ${name} can match ${JSON.stringify(value)}: it is compared as a whole, and has no line ends or spaces at its ends`;
    findings.push({ code, object, path: `${at}.headers[${i}].value`, message });
  }
  return findings;
}

function isImpossiblePath(value: string, context: SearchContext): boolean {
  return findPath([{ kind: 'regex', value }], [], context).kind === 'none';
}

function isImpossibleValue(value: string, { regex, budget }: SearchContext): boolean {
  const acceptor = regex(value);
  return acceptor !== undefined && findText([HEADER_VALUES, acceptor], [], budget).kind === 'none';
}
