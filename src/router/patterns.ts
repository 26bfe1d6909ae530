import { RE2JS } from 're2js';

/** A regular expression (RE2 syntax), anchored to the whole text; one that RE2 refuses matches nothing. */
export interface Pattern {
  readonly source: string;
  /** Undefined if RE2 refuses the source: whoever made the configuration has said so long before. */
  readonly compiled: RE2JS | undefined;
}

/**
 * Every distinct pattern in use, compiled once. One that nobody holds any more goes at the next `sweep`, so that a
 * change may let go of a pattern and take it up again.
 */
export class Patterns {
  readonly #held = new Map<string, { readonly pattern: Pattern; users: number }>();
  readonly #idle = new Set<string>();

  get size(): number {
    return this.#held.size;
  }

  acquire(source: string): Pattern {
    const held = this.#held.get(source) ?? { pattern: { source, compiled: compilePattern(source) }, users: 0 };
    held.users++;
    this.#held.set(source, held);
    return held.pattern;
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

export function testPattern(pattern: Pattern, text: string): boolean {
  return pattern.compiled?.testExact(text) ?? false;
}
