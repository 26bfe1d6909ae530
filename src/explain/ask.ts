import type { Bind, Endpoints, Route, Rule, Unit } from '../ir/index.ts';
import type { MemoryAnswer, MemoryRequest, ProxyOptions } from '../proxy/index.ts';
import { createTracer, type Tracer } from '../router/index.ts';
import { createAssuming } from './assumed-units.ts';
import { openShares } from './backends.ts';
import { createMemoryPlane } from './memory-plane.ts';
import { type Place, placesOf } from './sockets.ts';

/** What stands now, ready to be asked. */
export interface Standing {
  readonly places: readonly Place[];
  readonly tracer: Tracer;
  /** By name of the unit. */
  readonly routes: ReadonlyMap<string, Route>;
  /** By name of the backend. */
  readonly endpoints: ReadonlyMap<string, Endpoints>;
  /** Backends without endpoints are answered for. */
  readonly echo: boolean;
}

/** The rule that a request came to, and one answer for each of its backends: what the data plane itself made of it. */
export interface Asked {
  readonly route?: Route;
  readonly rule?: Rule;
  readonly answers: readonly [MemoryAnswer, ...MemoryAnswer[]];
}

/** A data plane in memory that follows what stands. */
export interface Asking {
  standing(units: readonly Unit[], echo: boolean): Standing;
  ask(bind: Bind, request: MemoryRequest): Promise<Asked>;
  close(): void;
}

export function createAsking(proxy: Partial<ProxyOptions>): Asking {
  const plane = createMemoryPlane({ proxy });
  const assuming = createAssuming();
  let known: readonly Unit[] = [];
  let standing: Standing | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Backends take turns over several requests: one question at a time. */
  function ask(bind: Bind, request: MemoryRequest): Promise<Asked> {
    const asked = last.then(() => askEach(bind.name, request));
    last = asked.catch(() => undefined);
    return asked;
  }

  async function askEach(bind: string, request: MemoryRequest): Promise<Asked> {
    const first = await plane.send(bind, request);
    const found = ruleOf(first);
    const more: MemoryAnswer[] = [];
    for (let at = 1; at < openShares(found.rule).length; at++) more.push(await plane.send(bind, request));
    return { ...found, answers: [first, ...more] };
  }

  function ruleOf({ facts }: MemoryAnswer): Pick<Asked, 'route' | 'rule'> {
    const { listener = '', route = '' } = facts;
    const unit = standing?.routes.get(`${route}@${listener.slice(0, listener.lastIndexOf('/'))}`);
    const rule = unit?.rules.find(({ index }) => index === facts.rule);
    return { ...(unit && { route: unit }), ...(rule && { rule }) };
  }

  return {
    standing(units, echo) {
      if (standing && standing.echo === echo && isSame(units, known)) return standing;
      known = units;
      plane.follow(assuming.units(units, echo));
      standing = {
        places: placesOf(units),
        tracer: createTracer(units),
        routes: byName(units, 'Route'),
        endpoints: byName(units, 'Endpoints'),
        echo,
      };
      return standing;
    },
    ask,
    close: plane.close,
  };
}

function isSame(a: readonly Unit[], b: readonly Unit[]): boolean {
  return a.length === b.length && a.every((unit, at) => unit === b[at]);
}

function byName<K extends Unit['kind']>(units: readonly Unit[], kind: K): Map<string, Extract<Unit, { kind: K }>> {
  const own = units.filter((unit): unit is Extract<Unit, { kind: K }> => unit.kind === kind);
  return new Map(own.map(unit => [unit.name, unit]));
}
