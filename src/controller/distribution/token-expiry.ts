import { isRecord } from '../../resources/index.ts';

/** When a JWT expires (`exp`), in ms since 1970; undefined: it doesn't say. Nothing is verified: ask only of tokens that somebody did. */
export function tokenExpiry(token: string): number | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  const claims = parsed(Buffer.from(payload, 'base64url').toString());
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
