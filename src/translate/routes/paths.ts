import { isHostname } from '../attach/hostnames.ts';

const PATH = /^\/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*$/;
const ABNORMAL = /\/\/|\/\.\.?(?:\/|$)|%2f/i;

/** A path as requests are compared with it: absolute, no empty or dot segments, no escaped slash. */
export function isNormalPath(value: string): boolean {
  return PATH.test(value) && !ABNORMAL.test(value);
}

/** Escapes of unreserved characters undone, others in upper case: what a request's path looks like when it is compared. */
export function canonicalEscapes(path: string): string {
  return path.replace(/%[0-9a-fA-F]{2}/g, triplet => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return /[-A-Za-z0-9._~]/.test(character) ? character : triplet.toUpperCase();
  });
}

/** Without trailing slashes, so the root is ''. */
export function asPrefix(path: string): string {
  return path.replace(/\/+$/, '');
}

/** What may be written into a path: anything that a path may hold, with or without its first slash. */
export function isPathText(value: string): boolean {
  return PATH.test(value.startsWith('/') ? value : `/${value}`);
}

export function isPreciseHostname(text: string): boolean {
  return isHostname(text) && !text.startsWith('*');
}
