import { nameKey } from '../../resources/index.ts';
import type { ConnectedProxy } from '../../stream/index.ts';
import type { Placement, UnitRejection } from '../../translate/index.ts';
import type { DataPlaneFacts } from '../provision/data-plane-facts.ts';
import { askedAddresses } from '../provision/observe/plane-addresses.ts';
import type { PlannedPlane } from './planned-plane.ts';

/** What the proxies of a data plane, and what the cluster shows of it, mean to one of its Gateways (`namespace/name`). */
export function planePlacement(
  gateway: string,
  plane: PlannedPlane,
  facts: DataPlaneFacts | undefined,
  proxies: readonly ConnectedProxy[],
): Placement {
  const counted = proxies.filter(({ synced, leaving }) => synced && !leaving);
  const waitedFor = counted.filter(({ silent }) => !silent);
  const silent = counted.filter(proxy => proxy.silent).map(nameOf);
  const taken = waitedFor.length > 0;
  // A proxy acknowledges before its pod is ready, and until then no client is sent to it.
  const acknowledged = taken && facts !== undefined && facts.readyReplicas > 0;
  const rejections = rejectionsOf(gateway, plane, waitedFor);
  return {
    ...addressesOf(gateway, plane.spec, facts),
    failures: { ...socketFailures(gateway, plane, waitedFor), ...refusalsOf(gateway, plane) },
    acknowledged,
    ...(!acknowledged && { pending: whyPending(plane, facts, { connected: proxies.length, taken, silent }) }),
    ...(silent.length > 0 && { silent }),
    ...(rejections.length > 0 && { rejections }),
  };
}

/** Of those that its data plane has. */
function addressesOf(
  gateway: string,
  { gateways, className }: PlannedPlane['spec'],
  { addresses: given, unusable, unassigned }: Pick<DataPlaneFacts, 'addresses' | 'unusable' | 'unassigned'> = NOWHERE,
): Pick<Placement, 'addresses' | 'unusableAddress' | 'unassigned'> {
  const { asked = [] } = gateways.find(({ namespace, name }) => nameKey(namespace, name) === gateway) ?? {};
  const { addresses, missing, lacking } = askedAddresses(given, asked);
  const wanting = missing ?? (lacking && `an address of type ${lacking}`);
  const has = given.map(({ value }) => value).join(', ');
  return {
    addresses,
    ...(unusable !== undefined && { unusableAddress: unusable }),
    ...(unassigned !== undefined && { unassigned }),
    ...(given.length > 0 &&
      wanting !== undefined && {
        unusableAddress: `spec.addresses asks for ${wanting}, and the proxies that all Gateways of GatewayClass ${className} share have ${has}: ask for one of these, or for none`,
      }),
  };
}

const NOWHERE = { addresses: [] };

function whyPending({ spec, scope }: PlannedPlane, facts: DataPlaneFacts | undefined, seen: ProxiesSeen): string {
  if (spec.refused !== undefined) return spec.refused;
  if (facts?.trouble !== undefined) return facts.trouble;
  const place = `${spec.namespace}/${spec.name}`;
  if (facts === undefined) return `its data plane ${place} is being made`;
  const { readyReplicas, replicas } = facts;
  const pods = spec.mode === 'unmanaged' ? '' : `: Deployment ${place} has ${readyReplicas} of ${replicas} pods ready`;
  if (seen.taken) return `no pod of its data plane is ready yet${pods}`;
  if (seen.silent.length > 0) {
    return `no proxy acknowledges the configuration: ${seen.silent.join(', ')} did not answer in time`;
  }
  if (seen.connected > 0) return `no proxy has acknowledged the configuration yet, of ${seen.connected} connected`;
  if (spec.mode !== 'unmanaged') return `no proxy is connected yet${pods}`;
  return scope === undefined
    ? `its data plane ${place} has not been found yet`
    : `no proxy of ServiceAccount ${scope} is connected yet`;
}

interface ProxiesSeen {
  readonly connected: number;
  /** One that is waited for has acknowledged. */
  readonly taken: boolean;
  /** By name. */
  readonly silent: readonly string[];
}

/** One proxy that can't open a socket is enough: it would refuse its part of the clients. */
function socketFailures(
  gateway: string,
  { binds }: PlannedPlane,
  proxies: readonly ConnectedProxy[],
): Record<string, string> {
  const failures = proxies.flatMap(proxy =>
    proxy.outcome.failures.flatMap(({ bind, message }) =>
      (binds.get(bind)?.listeners ?? [])
        .filter(name => isOf(gateway, name))
        .map(name => [name, `proxy ${nameOf(proxy)}: ${message}`] as const),
    ),
  );
  // The first proxy stands for all.
  return Object.fromEntries(failures.toReversed());
}

function refusalsOf(gateway: string, { refusals }: PlannedPlane): Record<string, string> {
  return Object.fromEntries([...refusals].filter(([listener]) => isOf(gateway, listener)));
}

/** Each unit once, as the first proxy says it. */
function rejectionsOf(
  gateway: string,
  plane: PlannedPlane,
  proxies: readonly ConnectedProxy[],
): readonly UnitRejection[] {
  const found = new Map<string, UnitRejection>();
  for (const proxy of proxies) {
    for (const { kind, name, message } of proxy.outcome.rejections) {
      const key = `${kind} ${name}`;
      if (found.has(key) || !concerns(gateway, plane, kind, name)) continue;
      found.set(key, { unit: { kind, name }, proxy: nameOf(proxy), message });
    }
  }
  return [...found.values()];
}

/** Of Gateways that share proxies none is told of what another one's namespace holds. */
function concerns(
  gateway: string,
  { spec, binds }: PlannedPlane,
  kind: UnitRejection['unit']['kind'],
  name: string,
): boolean {
  switch (kind) {
    case 'Listener':
      return isOf(gateway, name);
    case 'Route':
    case 'TransportRoute':
      return name.endsWith(`@${gateway}`);
    case 'Bind':
      return binds.get(name)?.listeners.some(listener => isOf(gateway, listener)) === true;
    case 'Secret':
    case 'Backend':
    case 'Endpoints':
      return spec.gateways.length === 1 || name.split('/').includes(gateway.slice(0, gateway.indexOf('/')));
  }
}

/** Names of listeners begin with that of their Gateway. */
function isOf(gateway: string, listener: string): boolean {
  return listener.startsWith(`${gateway}/`);
}

function nameOf({ facts }: ConnectedProxy): string {
  return facts.name;
}
