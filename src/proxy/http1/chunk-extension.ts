import { CR, TOKEN, VALUE } from './chars.ts';

/** Behind a semicolon: a name must come. */
export const BEFORE_NAME = 0;
const NAME = 1;
const BEFORE_VALUE = 2;
const TOKEN_VALUE = 3;
const QUOTED = 4;
const ESCAPED = 5;
const CLOSED = 6;
/** The line ends: its LF must come. */
export const EXTENSIONS_OVER = 7;

const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * One byte of the extensions of a chunk (RFC 9112 §7.1.1): the state behind it, or -1. Nobody here has a use for them, but
 * parsers that skip them, each in its own way, end their line at different places. Blanks around `;` and `=` are refused.
 */
export function extensionStep(state: number, byte: number): number {
  switch (state) {
    case BEFORE_NAME:
      return TOKEN[byte] !== 0 ? NAME : -1;
    case BEFORE_VALUE:
      return byte === QUOTE ? QUOTED : TOKEN[byte] !== 0 ? TOKEN_VALUE : -1;
    case QUOTED:
      if (byte === QUOTE) return CLOSED;
      return VALUE[byte] === 0 ? -1 : byte === BACKSLASH ? ESCAPED : QUOTED;
    case ESCAPED:
      return VALUE[byte] === 0 ? -1 : QUOTED;
    default:
      return behindWord(state, byte);
  }
}

/** Within or behind a name or value. */
function behindWord(state: number, byte: number): number {
  if (byte === CR) return EXTENSIONS_OVER;
  if (byte === SEMICOLON) return BEFORE_NAME;
  if (state === CLOSED) return -1;
  if (TOKEN[byte] !== 0) return state;
  return byte === EQUALS && state === NAME ? BEFORE_VALUE : -1;
}
