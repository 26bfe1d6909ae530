/** A deterministic automaton that reads a text character by character (code points). States are numbers. */
export interface Acceptor {
  readonly start: number;
  /** The state after one more character, {@link DEAD} or {@link TOO_LARGE}. */
  step(state: number, character: number): number;
  accepts(state: number): boolean;
  /** Where blocks of characters begin that it treats alike, besides 0; in any order. */
  readonly bounds: Iterable<number>;
}

/** No text that goes on from here is accepted. */
export const DEAD = -1;
/** The automaton has more states than it may have: nothing is known of the text. */
export const TOO_LARGE = -2;

/** Accepts one text. */
export function exactText(value: string): Acceptor {
  const characters = codePoints(value);
  return {
    start: 0,
    step: (at, character) => (characters[at] === character ? at + 1 : DEAD),
    accepts: at => at === characters.length,
    bounds: singles(characters),
  };
}

/** Accepts a path and all below it; `prefix` has no trailing slash, so the root is ''. */
export function textsUnder(prefix: string): Acceptor {
  const characters = codePoints(prefix);
  const end = characters.length;
  const below = end + 1;
  return {
    start: 0,
    step(at, character) {
      if (at === below) return below;
      return character === (characters[at] ?? SLASH) ? at + 1 : DEAD;
    },
    accepts: at => at === below || (at === end && end > 0),
    bounds: singles([...characters, SLASH]),
  };
}

const SLASH = 0x2f;

function codePoints(text: string): readonly number[] {
  return Array.from(text, character => character.codePointAt(0)!);
}

function singles(characters: readonly number[]): ReadonlySet<number> {
  return new Set(characters.flatMap(each => [each, each + 1]));
}
