import { HOSTNAME, meantWord } from '../../resources/index.ts';

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** A DNS name in lower case, with at most a leading `*.`; never an IP address. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && HOSTNAME.test(text) && !ADDRESS.test(text);
}

/**
 * What two hostnames have in common, or nothing. `*` is any host; `*.example.com` is any name of one or more labels in
 * front of `.example.com`, so neither `example.com` itself nor its wildcard contains the other.
 */
export function commonHostname(a: string, b: string): string | undefined {
  if (a === b || b === '*') return a;
  if (a === '*') return b;
  if (contains(a, b)) return b;
  return contains(b, a) ? a : undefined;
}

function contains(wildcard: string, name: string): boolean {
  if (!wildcard.startsWith('*.')) return false;
  const suffix = wildcard.slice(1);
  return name.length > suffix.length && name.endsWith(suffix);
}

/** The hostnames of a route (none: any) that a listener has, each once; those that it hasn't are left out. */
export function commonHostnames(listener: string, route: readonly string[]): readonly string[] {
  if (route.length === 0) return [listener];
  const common = route
    .map(name => name.toLowerCase())
    .map(name => (isHostname(name) ? commonHostname(listener, name) : undefined));
  return [...new Set(common.filter(name => name !== undefined))];
}

/** Of so few letters everything is near everything. */
const FEWEST_LETTERS = 4;

/** The hostname that was probably meant: one that a listener has but for a slip in one label. */
export function nearHostname(hostname: string, listeners: readonly string[]): string | undefined {
  for (const listener of listeners) {
    const near = nearTo(hostname.split('.'), listener.split('.'));
    if (near !== undefined) return near;
  }
  return undefined;
}

function nearTo(written: readonly string[], offered: readonly string[]): string | undefined {
  const wild = offered[0] === '*';
  const fixed = wild ? offered.slice(1) : offered;
  const head = written.slice(0, written.length - fixed.length);
  if (fixed.length === 0 || head.length + fixed.length !== written.length || wild !== head.length > 0) return undefined;
  const differing = fixed.flatMap((label, i) => (label === written[head.length + i] ? [] : i));
  const [slip = -1, ...others] = differing;
  const label = written[head.length + slip] ?? '';
  if (others.length > 0 || label.length < FEWEST_LETTERS || !meantWord(label, fixed.slice(slip, slip + 1)))
    return undefined;
  return [...head, ...fixed].join('.');
}
