const SPACES = /\+/g;
const ENCODED = /[%+\x80-\xff]/;
const ESCAPE = /^%[0-9A-Fa-f]{2}/;

/**
 * The first value of a parameter in a raw query (without `?`), decoded: `+` is a space, escapes are UTF-8, a broken
 * escape stands for itself. '' for a parameter without `=`; undefined if there is none of that name.
 */
export function queryValue(query: string, name: string): string | undefined {
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand === -1 ? query.length : ampersand;
    const equals = query.indexOf('=', start);
    const split = equals === -1 || equals > end ? end : equals;
    if (isName(query, start, split, name)) return decode(query.slice(Math.min(split + 1, end), end));
    start = end + 1;
  }
  return undefined;
}

function isName(query: string, start: number, end: number, name: string): boolean {
  if (start === end || end - start < name.length) return false;
  return decode(query.slice(start, end)) === name;
}

function decode(text: string): string {
  if (!ENCODED.test(text)) return text;
  return decodeBytes(text.replace(SPACES, ' '));
}

/** Bytes that are not UTF-8 become U+FFFD, as in the URL standard. */
function decodeBytes(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const encoded = text[at] === '%' && ESCAPE.test(text.slice(at, at + 3));
    bytes.push(encoded ? Number.parseInt(text.slice(at + 1, at + 3), 16) : text.charCodeAt(at));
    if (encoded) at += 2;
  }
  return Buffer.from(bytes).toString('utf8');
}
