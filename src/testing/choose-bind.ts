import type { Bind, Listener, Unit } from '../ir/index.ts';
import { matchesHostname, parseHost } from '../router/index.ts';

/** What a client knows before it connects. */
export interface Destination {
  /** As in the Host header. */
  readonly authority: string;
  /** As in the manifest. */
  readonly port: number;
  /** `namespace/name`. */
  readonly gateway?: string | undefined;
}

/** The name of the Bind that such a client connects to; or why there is none. */
export type ChooseBind = (to: Destination) => string | { readonly unaskable: string };

interface Place {
  readonly bind: string;
  readonly port: number;
  readonly listeners: readonly Listener[];
}

/** Where several Gateways have the port, each at an address of its own, the one whose listener has the host is meant. */
export function bindChooser(units: readonly Unit[], binds: readonly Bind[]): ChooseBind {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  const places = binds.flatMap(bind => placeOf(bind, listeners));
  const byPort = Map.groupBy(places, ({ port }) => port);
  return ({ authority, port, gateway }) => {
    const here = byPort.get(port) ?? [];
    const own = gateway === undefined ? here : here.filter(isOf(gateway));
    const takers = own.length > 1 ? own.filter(takes(parseHost(authority) ?? '')) : own;
    const [first, second] = takers.length > 0 ? takers : own;
    if (first === undefined) return { unaskable: nobody(port, gateway, places) };
    return second === undefined ? first.bind : { unaskable: several(port, takers.length > 0 ? takers : own) };
  };
}

function placeOf(bind: Bind, listeners: ReadonlyMap<string, Listener>): readonly Place[] {
  const own = bind.listeners.flatMap(name => listeners.get(name) ?? []);
  const [first] = own;
  return first === undefined ? [] : [{ bind: bind.name, port: first.port, listeners: own }];
}

function isOf(wanted: string): (place: Place) => boolean {
  return ({ listeners }) => listeners.some(({ gateway }) => gateway === wanted);
}

function takes(host: string): (place: Place) => boolean {
  return ({ listeners }) => listeners.some(({ hostname }) => matchesHostname(hostname, host));
}

function nobody(port: number, gateway: string | undefined, places: readonly Place[]): string {
  const known = gateway === undefined ? places : places.filter(isOf(gateway));
  const ports = [...new Set(known.map(place => place.port))].sort((a, b) => a - b);
  const who = gateway === undefined ? 'no Gateway listens' : `Gateway ${gateway} does not listen`;
  if (ports.length === 0) return `${who} on any port`;
  return `${who} on port ${port}; put one of these into the url: ${ports.join(', ')}`;
}

function several(port: number, places: readonly Place[]): string {
  const gateways = [...new Set(places.flatMap(({ listeners }) => listeners.map(({ gateway }) => gateway)))].sort();
  if (gateways.length === 1) return `Gateway ${gateways[0]} has port ${port} at several addresses`;
  return `several Gateways listen on port ${port}, each at an address of its own: say gateway: ${gateways.join(' or ')}`;
}
