import type { Backend, Endpoints } from './backend.ts';
import type { Bind, Listener } from './listener.ts';
import type { Route } from './route.ts';
import type { Secret } from './secret.ts';
import type { TransportRoute } from './transport-route.ts';

/** The unit of the IR: what changes alone. Each refers to others by name and holds none of them. */
export type Unit = Secret | Backend | Endpoints | Route | TransportRoute | Listener | Bind;
export type UnitKind = Unit['kind'];

/** Make before break: the order in which a receiver applies units of one delta; removals come last. */
export const WIRE_ORDER: readonly UnitKind[] = [
  'Secret',
  'Backend',
  'Endpoints',
  'Route',
  'TransportRoute',
  'Listener',
  'Bind',
];

export interface UnitName {
  readonly kind: UnitKind;
  readonly name: string;
}

/** One step from a configuration to the next. */
export interface Delta {
  readonly upserts: readonly Unit[];
  readonly removals: readonly UnitName[];
}
