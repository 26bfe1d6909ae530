import { HOSTNAME } from '../../resources/index.ts';

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** A DNS name in lower case, with at most a leading `*.`; never an IP address. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && HOSTNAME.test(text) && !ADDRESS.test(text);
}

/**
 * What two hostnames have in common, or nothing. `*` is any host; `*.example.com` is any name of one or more labels in
 * front of `.example.com`, so neither `example.com` itself nor its wildcard contains the other.
 */
export function intersect(a: string, b: string): string | undefined {
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
    .map(name => (isHostname(name) ? intersect(listener, name) : undefined));
  return [...new Set(common.filter(name => name !== undefined))];
}
