import type { BackendPort, Endpoint } from '../../ir/index.ts';
import type { EndpointSlice, Endpoints, Service, ServiceImport } from '../../resources/index.ts';

/** What the manifests say about the addresses of one Service or ServiceImport. */
export interface AddressBook {
  readonly owner: Service | ServiceImport;
  /** In the order of their names. */
  readonly slices: readonly EndpointSlice[];
  /** Older than EndpointSlices; only asked when there is no slice at all, as kube-proxy does. */
  readonly legacy: Endpoints | undefined;
}

/** The addresses behind one port (as routes name it), each once; a port that the owner does not have has none. */
export function addressesOf(
  book: AddressBook,
  { port, transport }: Pick<BackendPort, 'port' | 'transport'>,
): readonly Endpoint[] {
  const protocol = transport === 'udp' ? 'UDP' : 'TCP';
  const owned = book.owner.spec.ports?.find(each => each.port === port && protocolOf(each) === protocol);
  if (!owned) return [];
  const wanted = { name: owned.name ?? '', protocol };
  const target = 'targetPort' in owned && typeof owned.targetPort === 'number' ? owned.targetPort : port;
  const found =
    book.slices.length > 0 || !book.legacy
      ? book.slices.flatMap(slice => ofSlice(slice, wanted, target))
      : ofEndpoints(book.legacy, wanted, target);
  return distinct(found);
}

/** What a port of a Service is called where its addresses stand. */
interface PortName {
  readonly name: string;
  readonly protocol: string;
}

/** Absent: TCP. */
function protocolOf({ protocol = 'TCP' }: { readonly protocol?: string }): string {
  return protocol;
}

function isNamed({ name, protocol }: PortName) {
  return (port: Partial<PortName>) => (port.name ?? '') === name && protocolOf(port) === protocol;
}

function ofSlice(slice: EndpointSlice, wanted: PortName, target: number): Endpoint[] {
  // An address of type FQDN is a name that nobody has resolved; the type is deprecated and no controller writes it.
  if (slice.addressType === 'FQDN') return [];
  const port = slice.ports?.find(isNamed(wanted));
  if (!port) return [];
  return (slice.endpoints ?? []).flatMap(endpoint => {
    const state = stateOf(endpoint.conditions);
    return state ? endpoint.addresses.map(address => ({ address, port: port.port ?? target, state })) : [];
  });
}

interface Conditions {
  readonly ready?: boolean | undefined;
  readonly serving?: boolean | undefined;
  readonly terminating?: boolean | undefined;
}

/**
 * discovery.k8s.io/v1: absent `ready` and `serving` count as true, absent `terminating` as false. What is said to be ready
 * is, though it terminates: its Service publishes addresses that are not ready. What only terminates never is.
 */
function stateOf({ ready, serving = true, terminating = false }: Conditions = {}): Endpoint['state'] | undefined {
  if (ready ?? (serving || !terminating)) return 'ready';
  return serving && terminating ? 'draining' : undefined;
}

function ofEndpoints(legacy: Endpoints, wanted: PortName, target: number): Endpoint[] {
  return (legacy.subsets ?? []).flatMap(subset => {
    const port = subset.ports?.find(isNamed(wanted));
    if (!port && subset.ports?.length) return [];
    return (subset.addresses ?? []).map(({ ip }) => ({ address: ip, port: port?.port ?? target, state: 'ready' }));
  });
}

/** While a pod moves from one slice to another it stands in both; ready wins. */
function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  const byAddress = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    const key = `${endpoint.address} ${endpoint.port}`;
    if (byAddress.get(key)?.state !== 'ready') byAddress.set(key, endpoint);
  }
  return [...byAddress.values()];
}
