import type { OriginPattern } from '../../ir/index.ts';

/** A serialised origin (RFC 6454 §6.2) with a host; `null` and those of other schemes have no parts to compare. */
const ORIGIN = /^(https?):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?$/;
const VISIBLE = /^[\x21-\x7e]+$/;

/** Whether an Origin field names one of these origins; with `any` it need only be fit to be sent back. */
export function isAllowedOrigin(origin: string, allowed: 'any' | readonly OriginPattern[]): boolean {
  if (allowed === 'any') return VISIBLE.test(origin);
  const [, scheme, host = '', digits] = ORIGIN.exec(origin.toLowerCase()) ?? [];
  const port = digits === undefined ? defaultPort(scheme) : Number(digits);
  return allowed.some(one => one.scheme === scheme && one.port === port && isHostOf(one, host));
}

function defaultPort(scheme: string | undefined): number {
  return scheme === 'https' ? 443 : 80;
}

/** A wildcard stands for one label or more. */
function isHostOf(pattern: OriginPattern, host: string): boolean {
  if (!pattern.below) return host === pattern.host;
  return pattern.host === '' || (host.endsWith(`.${pattern.host}`) && host.length > pattern.host.length + 1);
}
