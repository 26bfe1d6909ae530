import type { Delta } from '../ir/index.ts';

/** Who gets which units: one whole configuration, cut into scopes that hold nothing of one another. */
export interface Scopes {
  /**
   * A step of the whole configuration; `binds`: what changes of each scope's Bind units, which belong to no Gateway. Gives
   * what changes in each scope, in wire order (removals last); scopes in which nothing does are left out.
   */
  apply(delta: Delta, binds?: ReadonlyMap<string, Delta>): ReadonlyMap<string, Delta>;
  /** Its scope is (perhaps) another: asks `scopeOf` again. A Gateway's scope is remembered in between, for as long as it has units. */
  rescope(gateway: string): ReadonlyMap<string, Delta>;
}

export interface ScopesOptions {
  /** Of a Gateway (`namespace/name`); undefined: its units go nowhere. */
  readonly scopeOf: (gateway: string) => string | undefined;
}
