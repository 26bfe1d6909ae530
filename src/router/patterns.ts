import { RE2JS } from 're2js';
import { automatonMemory, boundPattern } from './automaton.ts';
import { createEffort, type Effort, isShort } from './effort.ts';

/** A regular expression (RE2 syntax), anchored to the whole text; one that RE2 refuses matches nothing. */
export interface Pattern {
  readonly source: string;
  /** Undefined if RE2 refuses the source: whoever made the configuration has said so long before. */
  readonly compiled: RE2JS | undefined;
  /** Instructions of the program. */
  readonly size: number;
  /** Bytes that its automaton may grow to. */
  readonly memory: number;
  /** Of the request that is being matched; shared by all patterns of a router. */
  readonly effort: Effort;
  /** Its automaton exists, with its bounds: from the first text on, for it takes some ms to make. */
  bounded: boolean;
}

/**
 * Every distinct pattern in use, compiled once. One that nobody holds any more goes at the next `sweep`, so that a
 * change may let go of a pattern and take it up again.
 */
export class Patterns {
  readonly effort = createEffort();
  readonly #held = new Map<string, { readonly pattern: Pattern; users: number }>();
  readonly #idle = new Set<string>();

  get size(): number {
    return this.#held.size;
  }

  acquire(source: string): Pattern {
    const held = this.#held.get(source) ?? { pattern: this.#compile(source), users: 0 };
    held.users++;
    this.#held.set(source, held);
    return held.pattern;
  }

  #compile(source: string): Pattern {
    const compiled = compilePattern(source);
    const size = compiled?.programSize() ?? 0;
    return { source, compiled, size, memory: automatonMemory(this.size), effort: this.effort, bounded: false };
  }

  /** The first of them that RE2 refuses. What is compiled for this is kept until the next `sweep`. */
  broken(sources: readonly string[]): string | undefined {
    return sources.find(source => {
      const pattern = this.acquire(source);
      this.release(pattern);
      return pattern.compiled === undefined;
    });
  }

  release(pattern: Pattern): void {
    const held = this.#held.get(pattern.source);
    if (held && --held.users === 0) this.#idle.add(pattern.source);
  }

  sweep(): void {
    for (const source of this.#idle) if (this.#held.get(source)?.users === 0) this.#held.delete(source);
    this.#idle.clear();
  }
}

export function compilePattern(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}

/** False too where it would cost more than the request may: its effort is exceeded then. */
export function testPattern(pattern: Pattern, text: string): boolean {
  const { compiled, effort } = pattern;
  if (compiled === undefined || !isShort(effort, text.length)) return false;
  if (!pattern.bounded) boundPattern(compiled, effort, pattern.memory);
  pattern.bounded = true;
  return compiled.testExact(text);
}
