import type { Change, DetailChange, Example, LeftOut, MatchRef, TransportChange } from '../../explain/index.ts';
import { printable } from '../printable.ts';
import { shellQuoted } from '../shell-quoted.ts';
import type { Style } from '../style.ts';

/** Where the rule of a place is written: `file:line`, if that is known. */
export type Locate = (match: MatchRef) => string | undefined;

export interface Places {
  readonly before: Locate;
  readonly after: Locate;
}

/** Longer texts end in the middle: the JSON has them whole. */
const LONGEST = 160;

/** A change for people: a request that it is about, what became of it and what becomes of it now. */
export function describeChange(change: Change, places: Places, style: Style): string {
  const { before, after, details, examples, count } = change;
  const [first] = examples as [Example];
  const was = sourceOf(first.before, places.before, style);
  const is = sourceOf(first.after, places.after, style);
  const same = before.destination === after.destination;
  const lines = [
    style('strong', sayRequest(first)),
    ...(same ? [`  still ${shown(before.destination)}${was}${is === was ? '' : ` now${is}`}`] : []),
    ...(same ? [] : [`  was ${shown(before.destination)}${was}`, `  is  ${shown(after.destination)}${is}`]),
    ...details.map(detail => `  ${sayDetail(detail)}`),
    ...(count > 1 ? [style('faint', `  and ${sayOthers(count - 1, examples.slice(1))}`)] : []),
  ];
  return lines.join('\n');
}

function sayOthers(number: number, others: readonly Example[]): string {
  const named = others.slice(0, 3).map(sayRequest).join(', ');
  return `${number} more of this kind: ${named}${number > 3 ? ', …' : ''}`;
}

/** As `sluice explain` takes it. */
function sayRequest({ request: { method, url, headers } }: Example): string {
  const fields = headers.map(([name, value]) => ` -H ${shellQuoted(printable(`${name}: ${value}`))}`);
  return `${printable(method)} ${shellQuoted(printable(url))}${fields.join('')}`;
}

function sayDetail({ what, before, after }: DetailChange): string {
  return `${printable(what)}: was ${shown(before ?? 'none')}, is ${shown(after ?? 'none')}`;
}

function shown(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return printable(short);
}

function sourceOf(match: MatchRef | undefined, locate: Locate, style: Style): string {
  return match ? ` ${style('faint', `(${printable(locate(match) ?? sayRule(match))})`)}` : '';
}

function sayRule({ route: { kind, namespace, name }, rule, ruleName }: MatchRef): string {
  return `${kind} ${namespace}/${name}, rule ${ruleName ?? rule}`;
}

/** A change of what is no HTTP. */
export function describeTransport({ url, before, after }: TransportChange, style: Style): string {
  const none = 'nothing, no listener takes it';
  const lines = [style('strong', printable(url)), `  was ${shown(before ?? none)}`, `  is  ${shown(after ?? none)}`];
  return lines.join('\n');
}

/** What could not be compared. */
export function describeLeftOut({ before, after, reason }: LeftOut): string {
  if (reason === 'too-many') return 'not all was compared: too many rules hold for the same requests';
  const rules = [before, after].filter(match => match !== undefined).map(sayRule);
  return printable(`not compared, for the regular expressions are too complex: ${rules.join(' with ')}`);
}
