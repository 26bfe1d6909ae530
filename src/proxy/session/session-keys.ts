import { randomBytes } from 'node:crypto';

/** AES-256. */
export const KEY_BYTES = 32;
/** A key may be on its way out while another is on its way in; each further one is work for whoever sends junk. */
const MAX_KEYS = 4;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

let own: Uint8Array | undefined;

/** Keys that every proxy of this process shares: those that were given, else one that is made up and dies with the process. */
export function sharedKeys(given: readonly Uint8Array[]): readonly Uint8Array[] {
  if (given.some(key => key.length !== KEY_BYTES)) throw new RangeError(`sessionKeys: a key has ${KEY_BYTES} bytes`);
  if (given.length > 0) return given;
  own ??= Uint8Array.from(randomBytes(KEY_BYTES));
  return [own];
}

/** The first seals, all open. */
export type SessionKeys = { readonly keys: readonly Uint8Array[] } | { readonly refused: string };

/** Reads a file of keys: 32 bytes, or a line of text for each key. What is refused is never quoted: it may be nearly a key. */
export function readSessionKeys(bytes: Uint8Array): SessionKeys {
  if (bytes.length === KEY_BYTES) return { keys: [Uint8Array.from(bytes)] };
  const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/);
  const keys: Uint8Array[] = [];
  for (const [at, line] of lines.entries()) {
    const text = line.trim();
    if (text === '') continue;
    const key = readKey(text);
    if (key === undefined) return { refused: `line ${at + 1} is no key: 32 bytes as 64 hex digits or as base64` };
    keys.push(key);
  }
  if (keys.length === 0) return { refused: 'has no key in it: 32 bytes as they are, as 64 hex digits or as base64' };
  return keys.length > MAX_KEYS ? { refused: `has ${keys.length} keys; ${MAX_KEYS} is the most` } : { keys };
}

function readKey(text: string): Uint8Array | undefined {
  if (HEX.test(text)) return Uint8Array.from(Buffer.from(text, 'hex'));
  return BASE64.test(text) ? Uint8Array.from(Buffer.from(text, 'base64url')) : undefined;
}
