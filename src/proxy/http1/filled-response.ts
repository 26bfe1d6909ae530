import { parseLength } from './fields.ts';
import { NO_BODY, UNTIL_END } from './framing.ts';
import * as names from './names.ts';
import type { ResponseHead } from './response-head.ts';

/** RFC 9113 §8.2.2. */
const FORBIDDEN = names.nameSet(...names.HOP_BY_HOP);

/**
 * Makes of `head` what HTTP/2 said in another form: `bytes` holds the lines that were added to `head.fields`, and stays as it
 * is for as long as the head is looked at. `ended`: nothing follows; `toHead`: it answers HEAD. False: it is malformed.
 */
export function fillResponse(
  head: ResponseHead,
  bytes: Uint8Array,
  status: number,
  ended: boolean,
  toHead: boolean,
): boolean {
  head.bytes = bytes;
  head.version = 20;
  head.status = status;
  head.reasonStart = head.reasonEnd = 0;
  head.keepAlive = true;
  if (status < 100 || status > 599 || status === 101 || (status < 200 && ended)) return false;
  if (!readFields(head, bytes)) return false;
  const bodiless = toHead || status < 200 || status === 204 || status === 304;
  head.emptyUnsaid = ended && !bodiless && head.contentLength < 0;
  head.framing = bodiless || ended ? NO_BODY : UNTIL_END;
  return bodiless || !ended || head.contentLength <= 0;
}

function readFields(head: ResponseHead, bytes: Uint8Array): boolean {
  const { known, valueStart, valueEnd, count } = head.fields;
  head.hasDate = false;
  head.contentLength = -1;
  for (let i = 0; i < count; i++) {
    const id = known[i]!;
    if (id === 0) continue;
    if (FORBIDDEN[id] === 1) return false;
    if (id === names.DATE) head.hasDate = true;
    else if (id === names.CONTENT_LENGTH) {
      if (head.contentLength >= 0) return false;
      head.contentLength = parseLength(bytes, valueStart[i]!, valueEnd[i]!);
      if (head.contentLength < 0) return false;
    }
  }
  return true;
}
