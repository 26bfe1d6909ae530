import { type HeaderChange, OWN_HEADERS } from '../../ir/index.ts';
import { NameSet } from './name-set.ts';

/** What header filters do to one message: drop the headers of these names, then append these lines. */
export interface HeaderEdit {
  readonly drop: NameSet;
  /** `name: value\r\n` for each header to append; may be empty. */
  readonly lines: Uint8Array;
  /** Beginning of a line to which the name of every field of the message is appended, as `, name`. */
  readonly exposing: Uint8Array | undefined;
}

/** A filter that names one changes nothing; Host is changed by a rewrite alone. */
const OWN = new Set([...OWN_HEADERS, 'host']);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Edits by what they were made from: thousands of routes often change the same headers. */
const made = new Map<string, HeaderEdit | undefined>();
const MAX_MADE = 1_024;

/**
 * Several changes, one after the other, as one edit; undefined when they change nothing. A later change sees what an
 * earlier one did: `remove` takes back an earlier `add`.
 */
export function compileHeaderChanges(changes: readonly HeaderChange[]): HeaderEdit | undefined {
  if (changes.length === 0) return undefined;
  const key = JSON.stringify(changes.map(({ set, add, remove }) => [set, add, remove]));
  if (made.has(key)) return made.get(key);
  if (made.size >= MAX_MADE) made.clear();
  const edit = compile(changes);
  made.set(key, edit);
  return edit;
}

function compile(changes: readonly HeaderChange[]): HeaderEdit | undefined {
  const drop = new Set<string>();
  let lines: (readonly [name: string, value: string])[] = [];
  const clear = (name: string): void => {
    drop.add(name);
    lines = lines.filter(line => line[0] !== name);
  };
  for (const change of changes) {
    for (const [name, value] of change.set.filter(isOurs)) {
      clear(name);
      lines.push([name, value]);
    }
    lines.push(...change.add.filter(isOurs));
    for (const name of change.remove) if (!OWN.has(name)) clear(name);
  }
  if (drop.size === 0 && lines.length === 0) return undefined;
  const text = lines.map(([name, value]) => `${name}: ${fieldValue(value)}\r\n`).join('');
  return { drop: new NameSet(drop), lines: new TextEncoder().encode(text), exposing: undefined };
}

function isOurs([name]: readonly [string, string]): boolean {
  return !OWN.has(name) && TOKEN.test(name);
}

/** A value may not end its line: control characters become spaces (RFC 9110 §5.5). */
function fieldValue(value: string): string {
  return value.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ').trim();
}
