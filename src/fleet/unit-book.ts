import { type Bind, type Unit, type UnitKind, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** What is told of a unit without all of it. */
export type NamedUnit = Pick<Unit, 'kind' | 'name' | 'hash'>;

/** The configuration that was sent. */
export interface UnitBook {
  /** The answer takes it back, if it still stands, and says whether it did. */
  put(unit: Unit): () => boolean;
  drop(name: UnitName): void;
  has(name: UnitName): boolean;
  get(name: UnitName): Unit | undefined;
  /** In wire order. */
  all(): readonly Unit[];
  /** The same, as JSON. */
  texts(): Iterable<string>;
  names(): readonly NamedUnit[];
  binds(): readonly Bind[];
}

/** Made into what is kept, and back. */
interface Form<Kept extends { readonly hash: string }> {
  keep(unit: Unit): Kept;
  unit(kept: Kept): Unit;
  text(kept: Kept): string;
}

/** For who has the units anyway. */
const OBJECTS: Form<Unit> = { keep: unit => unit, unit: unit => unit, text: unit => JSON.stringify(unit) };

interface Text {
  readonly hash: string;
  readonly text: string;
}

/** A third of the memory; for who has no other use for them. */
const TEXTS: Form<Text> = {
  keep: unit => ({ hash: unit.hash, text: JSON.stringify(unit) }),
  unit: ({ text }) => JSON.parse(text),
  text: ({ text }) => text,
};

export function createUnitBook(form: 'objects' | 'texts' = 'objects'): UnitBook {
  return form === 'objects' ? bookOf(OBJECTS) : bookOf(TEXTS);
}

function bookOf<Kept extends { readonly hash: string }>({ keep, unit, text }: Form<Kept>): UnitBook {
  const kinds = new Map<UnitKind, Map<string, Kept>>(WIRE_ORDER.map(kind => [kind, new Map()]));
  const find = ({ kind, name }: UnitName) => kinds.get(kind)?.get(name);

  function* everything(): Generator<Kept> {
    for (const kept of kinds.values()) yield* kept.values();
  }

  return {
    put(given) {
      const kept = kinds.get(given.kind);
      const before = kept?.get(given.name);
      kept?.set(given.name, keep(given));
      return () => {
        if (kept?.get(given.name)?.hash !== given.hash) return false;
        if (before === undefined) kept.delete(given.name);
        else kept.set(given.name, before);
        return true;
      };
    },
    drop: ({ kind, name }) => void kinds.get(kind)?.delete(name),
    has: name => find(name) !== undefined,
    get(name) {
      const kept = find(name);
      return kept && unit(kept);
    },
    all: () => Array.from(everything(), unit),
    *texts() {
      for (const kept of everything()) yield text(kept);
    },
    names: () => [...kinds].flatMap(([kind, kept]) => [...kept].map(([name, { hash }]) => ({ kind, name, hash }))),
    binds: () => [...(kinds.get('Bind')?.values() ?? [])].map(unit).filter(each => each.kind === 'Bind'),
  };
}
