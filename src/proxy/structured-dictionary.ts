/** What a member says: a string, an integer, or a list of strings. */
export type Member = string | number | readonly string[];

const KEY = /[ \t]*([a-z*][a-z0-9_.*-]*)=/y;
const INTEGER = /-?\d{1,15}(?![\d.])/y;
const STRING = /"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y;
const SPACES = / +/y;
const COMMA = /[ \t]*,/y;

/**
 * Reads a dictionary of Structured Fields (RFC 9651 §3.2) whose members are strings, integers and inner lists of strings;
 * undefined for text that is none. Of two members of one name the last counts.
 */
export function readDictionary(source: string): ReadonlyMap<string, Member> | undefined {
  const members = new Map<string, Member>();
  const at = { source, index: 0 };
  do {
    const key = take(at, KEY)?.[1];
    const value = key === undefined ? undefined : member(at);
    if (key === undefined || value === undefined) return undefined;
    members.set(key, value);
  } while (take(at, COMMA) !== undefined);
  return source.slice(at.index).trim() === '' ? members : undefined;
}

interface Place {
  readonly source: string;
  index: number;
}

function take(at: Place, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = at.index;
  const found = pattern.exec(at.source);
  if (found === null) return undefined;
  at.index = pattern.lastIndex;
  return found;
}

function member(at: Place): Member | undefined {
  if (at.source[at.index] === '(') return list(at);
  const integer = take(at, INTEGER);
  return integer === undefined ? string(at) : Number(integer[0]);
}

function string(at: Place): string | undefined {
  return take(at, STRING)?.[1]?.replace(/\\(.)/g, '$1');
}

function list(at: Place): readonly string[] | undefined {
  const found: string[] = [];
  at.index++;
  for (;;) {
    take(at, SPACES);
    if (at.source[at.index] === ')') break;
    const item = string(at);
    if (item === undefined) return undefined;
    found.push(item);
    // Items stand apart.
    if (at.source[at.index] !== ' ' && at.source[at.index] !== ')') return undefined;
  }
  at.index++;
  return found;
}
