import { isSecure } from '../client-scheme.ts';
import { spells } from '../http1/chars.ts';
import { hashName, X_REQUEST_ID } from '../http1/names.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Peer } from '../peer.ts';

/** Fields of a head that are logged, as indexes; -1 for those that it doesn't have. */
export interface LoggedFields {
  userAgent: number;
  referer: number;
  /** Only of a peer whose word is taken. */
  requestId: number;
  /** A peer whose word is taken says that its client spoke TLS. */
  secure: boolean;
}

const USER_AGENT = hashName('user-agent');
const REFERER = hashName('referer');
const found: LoggedFields = { userAgent: -1, referer: -1, requestId: -1, secure: false };

/** In one pass. What it gives holds until the next call. */
export function findFields(head: RequestHead, peer: Peer): Readonly<LoggedFields> {
  const { bytes, fields } = head;
  const { hash, known, start, nameEnd, count } = fields;
  found.userAgent = found.referer = found.requestId = -1;
  found.secure = isSecure(head, peer);
  for (let i = 0; i < count; i++) {
    if (hash[i] === USER_AGENT && spells(bytes, start[i]!, nameEnd[i]!, 'user-agent')) found.userAgent = i;
    else if (hash[i] === REFERER && spells(bytes, start[i]!, nameEnd[i]!, 'referer')) found.referer = i;
    else if (known[i] === X_REQUEST_ID && peer.trusted) found.requestId = i;
  }
  return found;
}
