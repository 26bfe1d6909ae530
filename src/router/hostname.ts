import { isIPv6 } from 'node:net';

/** The longest name in DNS with its closing dot; longer ones are refused, which bounds what matching costs. */
const LONGEST = 255;
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/;
const PORT = /^[0-9]{0,5}$/;

/**
 * The host of a Host header or authority: lower case, without port and closing dot; IPv6 literals keep their brackets.
 * '' for an empty header (legal where a target has no authority); undefined when it is no host (the answer is 400).
 */
export function parseHost(header: string): string | undefined {
  if (header === '') return '';
  const bracket = header.charCodeAt(0) === 0x5b ? header.indexOf(']') : 0;
  const colon = bracket < 0 ? -1 : header.indexOf(':', bracket);
  if (colon !== -1 && !isPort(header.slice(colon + 1))) return undefined;
  const host = (colon === -1 ? header : header.slice(0, colon)).toLowerCase();
  if (host.length > LONGEST || !(NAME.test(host) || isLiteral(host))) return undefined;
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function isLiteral(host: string): boolean {
  return host.startsWith('[') && host.endsWith(']') && isIPv6(host.slice(1, -1)) && !host.includes('%');
}

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) < 65_536;
}

/** Whether `host` is one that `pattern` means: `*` any, `*.example.com` one or more labels before, else the same name. */
export function matchesHostname(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.startsWith('*.')) return pattern === host;
  return host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}
