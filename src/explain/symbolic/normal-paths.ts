import { type Acceptor, DEAD } from './acceptor.ts';

/** Where a text stands as a path in normal form (see `normalizePath`); 6 + n: after an escape's first digit n. */
const BEFORE = 0;
const IN_SEGMENT = 1;
const AFTER_SLASH = 2;
const AFTER_DOT = 3;
const AFTER_DOTS = 4;
const AFTER_PERCENT = 5;
const AFTER_DIGIT = 6;

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;
const DIGITS = '0123456789ABCDEF';
const REFUSED = '\\?#';
const UNRESERVED = /[A-Za-z0-9._~-]/;

/** The paths that rules are compared with: normal ones. `OPTIONS *` is answered before any rule is asked. */
export const NORMAL_PATHS: Acceptor = {
  start: BEFORE,
  step(state, character) {
    switch (state) {
      case BEFORE:
        return character === SLASH ? AFTER_SLASH : DEAD;
      case IN_SEGMENT:
        return ordinary(character, IN_SEGMENT);
      case AFTER_SLASH:
        return character === SLASH ? DEAD : ordinary(character, AFTER_DOT);
      case AFTER_DOT:
        return character === SLASH ? DEAD : ordinary(character, AFTER_DOTS);
      case AFTER_DOTS:
        return character === SLASH ? DEAD : ordinary(character, IN_SEGMENT);
      case AFTER_PERCENT:
        return isDigit(character) ? AFTER_DIGIT + digit(character) : DEAD;
      default:
        return isDigit(character) ? afterEscape((state - AFTER_DIGIT) * 16 + digit(character)) : DEAD;
    }
  },
  accepts: state => state === IN_SEGMENT || state === AFTER_SLASH,
  bounds: [0x21, 0x7f, ...codesAround('/.%?#\\'), ...codesAround(DIGITS)],
};

/** Those that have no escapes: most that are searched for are among them, and they are much less to search. */
export const PLAIN_PATHS: Acceptor = {
  ...NORMAL_PATHS,
  step: (state, character) => (character === PERCENT ? DEAD : NORMAL_PATHS.step(state, character)),
  bounds: [0x21, 0x7f, ...codesAround('/.%?#\\')],
};

function codesAround(characters: string): readonly number[] {
  return Array.from(characters, each => each.charCodeAt(0)).flatMap(code => [code, code + 1]);
}

function ordinary(character: number, afterDot: number): number {
  if (character <= 0x20 || character >= 0x7f || REFUSED.includes(String.fromCharCode(character))) return DEAD;
  if (character === SLASH) return AFTER_SLASH;
  if (character === DOT) return afterDot;
  return character === PERCENT ? AFTER_PERCENT : IN_SEGMENT;
}

function isDigit(character: number): boolean {
  return (character >= 0x30 && character <= 0x39) || (character >= 0x41 && character <= 0x46);
}

function digit(character: number): number {
  return DIGITS.indexOf(String.fromCharCode(character));
}

function afterEscape(byte: number): number {
  return byte === 0 || UNRESERVED.test(String.fromCharCode(byte)) ? DEAD : IN_SEGMENT;
}
