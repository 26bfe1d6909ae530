import { hasHostnames, type Listener, portFamily } from '../../../ir/index.ts';

/**
 * Which listeners can't be served where Gateways share their proxies, by name, and why: the port belongs to an older Gateway,
 * for another protocol or for the same hostname. The others of their Gateways are served.
 *
 * @param gateways `namespace/name`, oldest first
 */
export function sharedPortRefusals(
  gateways: readonly string[],
  listeners: readonly Listener[],
): ReadonlyMap<string, string> {
  const rank = new Map(gateways.map((gateway, index) => [gateway, index] as const));
  const rankOf = ({ gateway }: Listener) => rank.get(gateway) ?? gateways.length;
  const byAge = listeners.toSorted((a, b) => rankOf(a) - rankOf(b));
  const byPort = Map.groupBy(byAge, ({ port, protocol }) => `${protocol === 'UDP' ? 'udp' : 'tcp'} ${port}`);
  return new Map([...byPort.values()].flatMap(refusalsOfPort));
}

function refusalsOfPort(listeners: readonly Listener[]): (readonly [string, string])[] {
  const holders = new Map<string, Listener>();
  return listeners.flatMap(listener => {
    const [first = listener] = holders.values();
    const other = first.gateway !== listener.gateway && familyOf(first) !== familyOf(listener);
    const holder = other ? first : (holders.get(listener.hostname) ?? listener);
    if (holder.gateway !== listener.gateway) return [[listener.name, refusal(holder, listener)] as const];
    holders.set(listener.hostname, listener);
    return [];
  });
}

function refusal(holder: Listener, listener: Listener): string {
  const sameFamily = familyOf(holder) === familyOf(listener);
  const why = sameFamily ? (hasHostnames(familyOf(holder)) ? ', for the same hostname' : '') : ', for another protocol';
  return `port ${listener.port} of the proxies that all Gateways of the class share belongs to Gateway ${holder.gateway}${why}: use another port`;
}

function familyOf({ protocol }: Listener) {
  return portFamily(protocol);
}
