/** What is wrong with a value, and where in it: `path` as in `rules[0].action`, '' for the value itself. */
export interface Fault {
  readonly path: string;
  readonly kind: 'unknown-field' | 'unknown-word' | 'wrong';
  /** The field or word that is not known; else what the value should be. */
  readonly what: string;
}

/** What values of type `T` look like. */
export interface Shape<T> {
  readonly of?: T;
  fault(value: unknown): Fault | undefined;
}

interface Optional<T> extends Shape<T> {
  readonly optional: true;
}

/** One shape for each field: an object with any other field is not understood. */
type Fields<T> = {
  readonly [K in keyof Required<T>]: Record<never, never> extends Pick<T, K> ? Optional<T[K]> : Shape<T[K]>;
};

const wrong = (what: string): Fault => ({ path: '', kind: 'wrong', what });

function plain<T>(what: string, holds: (value: unknown) => boolean): Shape<T> {
  return { fault: value => (holds(value) ? undefined : wrong(what)) };
}

export const text = plain<string>('a text', value => typeof value === 'string');
export const flag = plain<boolean>('true or false', value => typeof value === 'boolean');

export function number(least = 0, most = Number.MAX_VALUE): Shape<number> {
  const fits = (value: unknown) => typeof value === 'number' && value >= least && value <= most;
  return plain(`a number from ${least} to ${most}`, fits);
}

/** One of these words, or numbers. */
export function word<const W extends string | number | true>(...words: readonly W[]): Shape<W> {
  return {
    fault: value =>
      words.some(known => known === value)
        ? undefined
        : typeof value === typeof words[0]
          ? { path: '', kind: 'unknown-word', what: String(value) }
          : wrong(words.join(' or ')),
  };
}

export function optional<T>(shape: Shape<T>): Optional<T | undefined> {
  return { optional: true, fault: shape.fault };
}

/** A text that must mean something besides. */
export function meaning(what: string, holds: (value: string) => boolean): Shape<string> {
  return plain(what, value => typeof value === 'string' && holds(value));
}

export function either<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  return { fault: value => (a.fault(value) === undefined ? undefined : b.fault(value)) };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    fault(value) {
      if (!Array.isArray(value)) return wrong('a list');
      for (let at = 0; at < value.length; at++) {
        const fault = item.fault(value[at]);
        if (fault !== undefined) return below(`[${at}]`, fault);
      }
      return undefined;
    },
  };
}

export function pair<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return {
    fault: value =>
      Array.isArray(value) && value.length === 2
        ? (first.fault(value[0]) ?? second.fault(value[1]))
        : wrong('a list of two'),
  };
}

/** `rest: 'ignored'`: further fields are for people. */
export function object<T extends object>(fields: Fields<T>, rest: 'refused' | 'ignored' = 'refused'): Shape<T> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries(fields));
  const needed = [...shapes].filter(([, shape]) => !('optional' in shape)).map(([name]) => name);
  return {
    fault(value) {
      if (!isObject(value)) return wrong('an object');
      for (const name in value) {
        const shape = shapes.get(name);
        if (shape === undefined && rest === 'refused') return { path: '', kind: 'unknown-field', what: name };
        const fault = shape?.fault(value[name]);
        if (fault !== undefined) return below(name, fault);
      }
      const missing = needed.find(name => !(name in value));
      return missing === undefined ? undefined : below(missing, wrong('there'));
    },
  };
}

type Variants<U, Tag extends keyof U> = {
  readonly [K in U[Tag] & string]: Shape<Extract<U, Readonly<Record<Tag, K>>>>;
};

/** Objects that are told apart by the word in one of their fields. */
export function variants<U extends object, Tag extends keyof U & string>(tag: Tag, shapes: Variants<U, Tag>): Shape<U> {
  const byWord = new Map<unknown, Shape<unknown>>(Object.entries(shapes));
  return {
    fault(value) {
      if (!isObject(value)) return wrong('an object');
      const said = value[tag];
      const shape = byWord.get(said);
      if (shape !== undefined) return shape.fault(value);
      return typeof said === 'string' ? { path: tag, kind: 'unknown-word', what: said } : below(tag, wrong('a text'));
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(name: string, fault: Fault): Fault {
  const dot = fault.path === '' || fault.path.startsWith('[') ? '' : '.';
  return { ...fault, path: `${name}${dot}${fault.path}` };
}
