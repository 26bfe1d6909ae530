import { createHash, randomBytes } from 'node:crypto';
import { spells } from './chars.ts';
import type { Fields } from './fields.ts';
import { UPGRADE } from './names.ts';
import { line } from './own-lines.ts';

/** Ours, either way: what the other side said of its connection is never copied. */
export const WEBSOCKET_LINES = line('Connection: Upgrade\r\nUpgrade: websocket\r\n');

/**
 * Whether a message asks for the WebSocket protocol, or agrees to it, and to nothing else: its one Upgrade field says so, and
 * Connection names that (RFC 6455 §4.1, §4.2.2).
 */
export function namesWebSocket(bytes: Uint8Array, fields: Fields): boolean {
  const field = onlyUpgrade(fields);
  if (field < 0 || !fields.isNominated(bytes, field)) return false;
  return spells(bytes, fields.valueStart[field]!, fields.valueEnd[field]!, 'websocket');
}

/** What every server adds to a key (RFC 6455 §1.3). */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A key for a handshake of our own (RFC 6455 §4.1). */
export function newWebSocketKey(): string {
  return randomBytes(16).toString('base64');
}

/** Whether the answer to a handshake of our own proves that the server has understood it: `key` is in its Sec-WebSocket-Accept. */
export function acceptsKey(bytes: Uint8Array, fields: Fields, key: string): boolean {
  const field = fields.find(bytes, 'sec-websocket-accept');
  return (
    field >= 0 &&
    fields.value(bytes, field) ===
      createHash('sha1')
        .update(key + MAGIC)
        .digest('base64')
  );
}

/** Position of the Upgrade field; -1 if there is none, or a second. */
function onlyUpgrade({ known, count }: Fields): number {
  const first = known.indexOf(UPGRADE);
  if (first < 0 || first >= count) return -1;
  const second = known.indexOf(UPGRADE, first + 1);
  return second < 0 || second >= count ? first : -1;
}
