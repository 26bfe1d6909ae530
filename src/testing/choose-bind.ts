import type { Bind, Listener, Unit } from '../ir/index.ts';
import type { TestRequest } from './routing-test.ts';

/** Where a client has to connect for a request. */
export type ChooseBind = (
  request: Pick<TestRequest, 'gateway'>,
  port: number,
) => string | { readonly unaskable: string };

interface Place {
  readonly bind: string;
  readonly port: number;
  readonly gateways: readonly string[];
}

export function bindChooser(units: readonly Unit[], binds: readonly Bind[]): ChooseBind {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  const places = binds.flatMap(bind => placeOf(bind, listeners));
  const byPort = Map.groupBy(places, ({ port }) => port);
  return ({ gateway }, port) => {
    const found = byPort.get(port) ?? [];
    const own = gateway === undefined ? found : found.filter(({ gateways }) => gateways.includes(gateway));
    if (own.length === 1) return own[0]!.bind;
    return { unaskable: own.length === 0 ? nobody(port, gateway, places) : several(port, own) };
  };
}

function placeOf(bind: Bind, listeners: ReadonlyMap<string, Listener>): readonly Place[] {
  const own = bind.listeners.flatMap(name => listeners.get(name) ?? []);
  const [first] = own;
  return first === undefined
    ? []
    : [{ bind: bind.name, port: first.port, gateways: [...new Set(own.map(({ gateway }) => gateway))] }];
}

function nobody(port: number, gateway: string | undefined, places: readonly Place[]): string {
  const known = gateway === undefined ? places : places.filter(({ gateways }) => gateways.includes(gateway));
  const ports = [...new Set(known.map(place => place.port))].sort((a, b) => a - b);
  const who = gateway === undefined ? 'no Gateway' : `Gateway ${gateway} does not`;
  const listens = gateway === undefined ? 'listens' : 'listen';
  if (ports.length === 0) return `${who} ${listens} on any port`;
  return `${who} ${listens} on port ${port}; put one of these into the url: ${ports.join(', ')}`;
}

function several(port: number, places: readonly Place[]): string {
  const gateways = [...new Set(places.flatMap(place => place.gateways))].sort();
  if (gateways.length === 1) return `Gateway ${gateways[0]} has port ${port} at several addresses`;
  return `several Gateways listen on port ${port}, each at an address of its own: say gateway: ${gateways.join(' or ')}`;
}
