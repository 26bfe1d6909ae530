import type { Backend, Endpoints, Route, Unit } from '../ir/index.ts';
import { createTracer, type Tracer } from '../router/index.ts';

/** What is looked up in the configuration that stands. */
export interface Standing {
  readonly units: readonly Unit[];
  readonly tracer: Tracer;
  readonly routes: readonly Route[];
  /** By name of the backend. */
  readonly endpoints: ReadonlyMap<string, Endpoints>;
  /** By name, variants too. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Backends without endpoints are answered for. */
  readonly echo: boolean;
}

export function standingOf(units: readonly Unit[], echo: boolean): Standing {
  const endpoints = units.filter(unit => unit.kind === 'Endpoints');
  return {
    units,
    tracer: createTracer(units),
    routes: units.filter(unit => unit.kind === 'Route'),
    endpoints: new Map(endpoints.map(unit => [unit.name, unit])),
    backends: new Map(units.filter(unit => unit.kind === 'Backend').map(unit => [unit.name, unit])),
    echo,
  };
}
