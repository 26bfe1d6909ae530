import { endpointsName, objectOfRoute } from '../../ir/index.ts';
import { listed } from './listed.ts';
import type { UnitRejection } from './placement.ts';

/** Of what one proxy says; a condition has to hold more. */
const MOST_LETTERS = 1000;

/** The first thing that is wrong, at which proxies, and how many other things there are. */
export function rejectionText(rejections: readonly [UnitRejection, ...UnitRejection[]]): string {
  const [first] = rejections;
  const same = rejections.filter(each => thing(each) === thing(first));
  const more = new Set(rejections.map(thing)).size - 1;
  return `${proxies(same)}: ${printable(first.message)}${more > 0 ? ` (and ${more} more)` : ''}`;
}

/** `HTTPRoute/default/shop`, `Backend Service/default/api/80`. */
export function unitWords({ unit: { kind, name } }: UnitRejection): string {
  if (kind === 'Route' || kind === 'TransportRoute') return objectOfRoute(name);
  return `${kind} ${kind === 'Backend' ? endpointsName(name) : name}`;
}

function thing(rejection: UnitRejection): string {
  const { kind, name } = rejection.unit;
  return `${kind} ${name} ${rejection.message}`;
}

function proxies(rejections: readonly UnitRejection[]): string {
  const names = [...new Set(rejections.map(({ proxy }) => proxy))];
  return `${names.length === 1 ? 'proxy' : 'proxies'} ${listed(names)}`;
}

/** What a proxy says is no more to be trusted than a proxy is. */
function printable(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > MOST_LETTERS ? `${line.slice(0, MOST_LETTERS)}…` : line;
}
