import type { KubeObject } from '../cluster/objects.ts';

/** One step of a case: what is done, or what must become true; `that` says which of both in words. */
export type Step = { readonly that: string } & (Done | Awaited);

type Done =
  | { readonly apply: KubeObject | readonly KubeObject[] }
  | { readonly remove: Meant }
  /** A merge patch. */
  | { readonly patch: Meant; readonly with: object };

type Awaited =
  | { readonly object: Meant; readonly has: unknown }
  | { readonly gone: Meant }
  /** Of the objects of a kind with labels: how many. */
  | { readonly all: Meant & { readonly selector?: string }; readonly count: number }
  /** One of them that has what is wanted. */
  | { readonly some: Meant & { readonly selector?: string }; readonly has: unknown }
  | { readonly request: Request; readonly answer: Expected };

/** An object; its namespace is that of the case, unless it says otherwise. */
export interface Meant {
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface Request {
  /** Name of the Gateway, in the case's namespace. */
  readonly gateway: string;
  readonly host: string;
  /** Default 80. */
  readonly port?: number;
  /** On the node's port of the Service, in place of its own. */
  readonly nodePort?: boolean;
  readonly tls?: boolean;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often; the answers must all be as expected. */
  readonly times?: number;
  /** Sends the cookies again that were set. */
  readonly cookies?: boolean;
}

export interface Expected {
  /** 0: nobody answers. */
  readonly status: number;
  /** Of one backend; `several`: of more than one. */
  readonly backends?: 'one' | 'several';
  readonly headers?: Readonly<Record<string, string>>;
}

const SHAPES: readonly (readonly string[])[] = [
  ['that', 'apply'],
  ['that', 'remove'],
  ['that', 'patch', 'with'],
  ['that', 'object', 'has'],
  ['that', 'gone'],
  ['that', 'all', 'count'],
  ['that', 'some', 'has'],
  ['that', 'request', 'answer'],
];

/** Throws for what is no list of steps, so that a slip of the pen can't switch one off. */
export function readSteps(value: unknown): readonly Step[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error('steps.yaml is a list of steps');
  for (const [i, step] of value.entries()) {
    const keys = Object.keys(step as object)
      .sort()
      .join();
    if (!SHAPES.some(shape => shape.toSorted().join() === keys))
      throw new Error(`steps.yaml: step ${i + 1} has ${keys}`);
  }
  return value as readonly Step[];
}

/**
 * Where `actual` lacks what is wanted, as a path with what is there; undefined: nowhere. Of an object its fields are wanted, of a
 * list elements anywhere in it; a text between slashes is a regular expression.
 */
export function lack(actual: unknown, wanted: unknown, path = ''): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return `${path}: ${shown(actual)}`;
    const missing = wanted.find(one => !actual.some(each => lack(each, one) === undefined));
    return missing === undefined ? undefined : `${path}: no ${shown(missing)} in ${shown(actual)}`;
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof actual !== 'object' || actual === null) return `${path}: ${shown(actual)}`;
    const fields = Object.entries(wanted);
    return fields
      .map(([name, one]) => lack((actual as Record<string, unknown>)[name], one, `${path}.${name}`))
      .find(Boolean);
  }
  const pattern = typeof wanted === 'string' ? /^\/(.*)\/$/s.exec(wanted)?.[1] : undefined;
  const same = pattern === undefined ? actual === wanted : new RegExp(pattern).test(String(actual));
  return same ? undefined : `${path}: ${shown(actual)}`;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 400);
}
