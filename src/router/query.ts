/** Values of the parameters of a query as they stand there, by decoded name; of several the first. */
type Parameters = ReadonlyMap<string, string>;

const ENCODED = /[%+\x80-\xff]/;
const PLUS = 0x2b;
const PERCENT = 0x25;
const NONE = 255;

/** Value of a hexadecimal digit, by character; NONE for others. */
const HEX = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[0-9A-Fa-f]/.test(character) ? Number.parseInt(character, 16) : NONE;
});

/** One request asks for many parameters of its query, as many as its routes have conditions: it is cut up once. */
let lastQuery = '';
let lastParameters: Parameters = new Map();
let scratch = Buffer.alloc(1_024);

/**
 * The first value of a parameter in a raw query (without `?`), decoded: `+` is a space, escapes are UTF-8, a broken
 * escape stands for itself. '' for a parameter without `=`; undefined if there is none of that name.
 */
export function queryValue(query: string, name: string): string | undefined {
  if (query !== lastQuery) {
    lastParameters = parametersOf(query);
    lastQuery = query;
  }
  const value = lastParameters.get(name);
  return value === undefined ? undefined : decode(value);
}

function parametersOf(query: string): Parameters {
  const found = new Map<string, string>();
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf('&', start);
    const part = query.slice(start, ampersand === -1 ? query.length : ampersand);
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    if (name !== '' && !found.has(name)) found.set(name, equals === -1 ? '' : part.slice(equals + 1));
    start += part.length + 1;
  }
  return found;
}

/** Bytes that are not UTF-8 become U+FFFD, as in the URL standard. */
function decode(text: string): string {
  if (!ENCODED.test(text)) return text;
  if (scratch.length < text.length) scratch = Buffer.alloc(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const high = code === PERCENT ? (HEX[text.charCodeAt(at + 1)] ?? NONE) : NONE;
    const low = high === NONE ? NONE : (HEX[text.charCodeAt(at + 2)] ?? NONE);
    if (low !== NONE) at += 2;
    scratch[length++] = low !== NONE ? high * 16 + low : code === PLUS ? 0x20 : code;
  }
  return scratch.toString('utf8', 0, length);
}
