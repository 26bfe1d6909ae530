/** What a byte is to a path. Everything from 0x80 on is escaped: an ordinary character of a segment that came unescaped. */
const ORDINARY = 0;
const SLASH = 1;
const DOT = 2;
const PERCENT = 3;
const ESCAPE_IT = 4;
const REFUSED = 5;

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));

function classOf(byte: number): number {
  if (byte <= 0x20 || byte === 0x7f) return REFUSED;
  if (byte >= 0x80) return ESCAPE_IT;
  const refused = '\\?#'.includes(String.fromCharCode(byte));
  return refused ? REFUSED : byte === 0x2f ? SLASH : byte === 0x2e ? DOT : byte === 0x25 ? PERCENT : ORDINARY;
}

/** Value of a hexadecimal digit, 255 for other bytes; lower-case digits have 16 added, for a normal escape is upper-case. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (!/[0-9A-Fa-f]/.test(character)) return 255;
  return Number.parseInt(character, 16) + (/[a-f]/.test(character) ? 16 : 0);
});

const UNRESERVED = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** Where in a path a scan stands: `AFTER_DOTS` after a segment's beginning of one dot or two. */
const IN_SEGMENT = 0;
const AFTER_SLASH = 1;
const AFTER_DOT = 2;
const AFTER_DOTS = 3;

/** Next state by state and class; -1 where the path is not normal (or not a path). Escapes are looked at apart. */
const NEXT = Int8Array.from([
  ...[IN_SEGMENT, AFTER_SLASH, IN_SEGMENT, IN_SEGMENT, -1, -1],
  ...[IN_SEGMENT, -1, AFTER_DOT, IN_SEGMENT, -1, -1],
  ...[IN_SEGMENT, -1, AFTER_DOTS, IN_SEGMENT, -1, -1],
  ...[IN_SEGMENT, -1, IN_SEGMENT, IN_SEGMENT, -1, -1],
]);
const CLASSES = 6;

/** Whether `bytes[start..end)` is what {@link normalizePath} would make of it: one scan, so a proxy can skip the string. */
export function isNormalPath(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || bytes[start] !== 0x2f) return false;
  let state = AFTER_SLASH;
  for (let at = start + 1; at < end; at++) {
    const kind = CLASS[bytes[at]!]!;
    if (kind === PERCENT && (at + 2 >= end || !isNormalEscape(bytes[at + 1]!, bytes[at + 2]!))) return false;
    state = NEXT[state * CLASSES + kind]!;
    if (state < 0) return false;
  }
  return state === IN_SEGMENT || state === AFTER_SLASH;
}

function isNormalString(path: string): boolean {
  if (path.charCodeAt(0) !== 0x2f) return false;
  let state = AFTER_SLASH;
  for (let at = 1; at < path.length; at++) {
    const code = path.charCodeAt(at);
    const kind = code < 256 ? CLASS[code]! : REFUSED;
    if (kind === PERCENT && !isNormalEscape(path.charCodeAt(at + 1), path.charCodeAt(at + 2))) return false;
    state = NEXT[state * CLASSES + kind]!;
    if (state < 0) return false;
  }
  return state === IN_SEGMENT || state === AFTER_SLASH;
}

function isNormalEscape(high: number, low: number): boolean {
  const h = HEX[high] ?? 255;
  const l = HEX[low] ?? 255;
  return h < 16 && l < 16 && h + l > 0 && UNRESERVED[h * 16 + l] === 0;
}

/**
 * The one form of a path that is matched and forwarded: escapes of unreserved characters decoded, other escapes in
 * upper case (so %2F and %5C stay ordinary characters of a segment), bytes above 0x7F escaped, dot segments resolved
 * (never above the root), runs of slashes merged. `path` has one character per byte and no query.
 * Undefined (the answer is 400) when it does not begin with `/`, or holds a control byte, space, NUL (escaped too),
 * `\`, `?`, `#` or a broken escape.
 */
export function normalizePath(path: string): string | undefined {
  if (isNormalString(path)) return path;
  if (path.charCodeAt(0) !== 0x2f) return undefined;
  const decoded = normalizeCharacters(path);
  return decoded === undefined ? undefined : resolveSegments(decoded);
}

function normalizeCharacters(path: string): string | undefined {
  let normal = '';
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    const kind = code < 256 ? CLASS[code]! : REFUSED;
    if (kind === REFUSED) return undefined;
    if (kind === PERCENT) {
      const triplet = normalizeEscape(path.charCodeAt(at + 1), path.charCodeAt(at + 2));
      if (triplet === undefined) return undefined;
      normal += triplet;
      at += 2;
    } else normal += kind === ESCAPE_IT ? escaped(code) : path[at];
  }
  return normal;
}

function normalizeEscape(high: number, low: number): string | undefined {
  const h = HEX[high] ?? 255;
  const l = HEX[low] ?? 255;
  if (h === 255 || l === 255) return undefined;
  const byte = (h % 16) * 16 + (l % 16);
  if (byte === 0) return undefined;
  return UNRESERVED[byte] === 1 ? String.fromCharCode(byte) : escaped(byte);
}

function escaped(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** RFC 3986 §5.2.4, then runs of slashes merged: `/a//../b` is `/a/b`, for `..` takes back the empty segment. */
function resolveSegments(path: string): string {
  const segments = path.split('/');
  const kept: string[] = [];
  for (const segment of segments.slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const directory = last === '' || last === '.' || last === '..';
  const named = kept.filter(segment => segment !== '');
  return named.length === 0 ? '/' : `/${named.join('/')}${directory ? '/' : ''}`;
}
