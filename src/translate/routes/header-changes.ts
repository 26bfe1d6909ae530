import { type HeaderChange, OWN_HEADERS } from '../../ir/index.ts';
import type { HeaderModifier } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { isToken } from './token.ts';

interface Header {
  readonly name: string;
  readonly value: string;
}

type Report = (fault: Fault) => void;

const VALUE = /^[\t\x20-\x7e]*$/;

/** Names in lower case, the first of each; a name in two actions is refused, so that their order can't matter. */
export function translateHeaderChange(modifier: HeaderModifier, path: string, report: Report): HeaderChange {
  const set = readHeaders(modifier.set, `${path}.set`, report);
  const add = readHeaders(modifier.add, `${path}.add`, report);
  const remove = (modifier.remove ?? []).map((name, i) => headerName(name, `${path}.remove[${i}]`, report));
  const names = [...set.map(([name]) => name), ...add.map(([name]) => name), ...new Set(remove)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) report(ruleFaults.headerTwice(path, twice));
  return { set, add, remove: [...new Set(remove)] };
}

/** RFC 9110 §5.5, without what is not ASCII. */
export function isFieldValue(value: string): boolean {
  return VALUE.test(value);
}

/** The first of each name, in lower case. */
export function readHeaders(entries: readonly Header[] | undefined, path: string, report: Report): HeaderChange['set'] {
  const found = new Map<string, string>();
  for (const [index, { name, value }] of (entries ?? []).entries()) {
    const lower = headerName(name, `${path}[${index}].name`, report);
    if (!isFieldValue(value)) report(ruleFaults.headerValue(`${path}[${index}].value`, name));
    if (!found.has(lower)) found.set(lower, value);
  }
  return [...found];
}

function headerName(name: string, path: string, report: Report): string {
  const lower = name.toLowerCase();
  if (!isToken(name)) report(ruleFaults.headerName(path, name));
  else if (lower === 'host') report(ruleFaults.hostHeader(path));
  else if (OWN_HEADERS.includes(lower)) report(ruleFaults.headerOfTheMessage(path, name));
  return lower;
}
