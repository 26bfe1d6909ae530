import type { TestRequest } from './routing-test.ts';

/** A request without what looks like a secret, for files that are shared. */
export interface Shareable {
  readonly request: TestRequest;
  /** Names of the headers that were left out, and of the parameters whose values were. */
  readonly hidden: readonly string[];
}

const NAMES = /auth|cookie|token|secret|passw|api-?_?key|credential|signature|session|^sig$|^jwt$/i;
/** JSON Web Tokens (RFC 7519), and schemes of HTTP authentication (RFC 9110 §11). */
const VALUES = /eyJ[\w-]+\.[\w-]+\.|^(?:basic|bearer|digest)\s/i;
const TOKENS = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
/** What stands for a value. */
const HIDDEN = 'hidden';

export function withoutSecrets(request: TestRequest): Shareable {
  const hidden: string[] = [];
  const { headers, url, body: _, ...rest } = request;
  const kept = Object.entries(headers ?? {}).filter(([name, value]) => {
    const secret = NAMES.test(name) || VALUES.test(value);
    if (secret) hidden.push(name);
    return !secret;
  });
  const shown = { ...rest, url: hideInUrl(url, hidden) };
  return { request: kept.length > 0 ? { ...shown, headers: Object.fromEntries(kept) } : shown, hidden };
}

function hideInUrl(url: string, hidden: string[]): string {
  const [path = '', ...query] = url.split('?');
  const shown = path.replace(TOKENS, () => {
    hidden.push('a token in the path');
    return HIDDEN;
  });
  if (query.length === 0) return shown;
  return `${shown}?${query
    .join('?')
    .split('&')
    .map(pair => hidePair(pair, hidden))
    .join('&')}`;
}

function hidePair(pair: string, hidden: string[]): string {
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  if (value === '' || !(NAMES.test(name) || VALUES.test(value))) return pair;
  hidden.push(name);
  return `${name}=${HIDDEN}`;
}
