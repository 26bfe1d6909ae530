import type { Bind, Listener } from '../../ir/index.ts';
import { nameKey } from '../../resources/index.ts';
import type { DataPlaneFacts } from '../provision/data-plane-facts.ts';
import type { DataPlaneSpec, PlanePort } from '../provision/data-plane-spec.ts';
import { sharedPortRefusals } from '../provision/plan/shared-ports.ts';
import { planeBinds } from './plane-binds.ts';

/** A data plane, and what its proxies are to open. */
export interface PlannedPlane {
  /** With the ports that its proxies have. */
  readonly spec: DataPlaneSpec;
  /** `namespace/serviceAccount` of its proxies; undefined: nobody is let in, for now or (`spec.refused`) at all. */
  readonly scope: string | undefined;
  /** The address that its sockets are on. */
  readonly host: string;
  readonly binds: ReadonlyMap<string, Bind>;
  /** Listeners that it can't serve, by name, and why. */
  readonly refusals: ReadonlyMap<string, string>;
}

/** @param before as it was planned last: sockets stay where they are while nothing is known of addresses */
export function planPlane(
  spec: DataPlaneSpec,
  listeners: readonly Listener[],
  facts: DataPlaneFacts | undefined,
  before: PlannedPlane | undefined,
): PlannedPlane {
  const refusals =
    spec.gateways.length > 1 ? sharedPortRefusals(gatewayNames(spec), listeners) : new Map<string, string>();
  const served = listeners.filter(({ name }) => !refusals.has(name));
  const host = hostOf(facts, before);
  const ports = portsOf(spec, facts, before);
  const binds = new Map(planeBinds({ ports }, served, host).map(bind => [bind.name, bind] as const));
  return { spec: { ...spec, ports }, scope: scopeOf(spec, facts), host, binds, refusals };
}

export function gatewayNames({ gateways }: DataPlaneSpec): readonly string[] {
  return gateways.map(({ namespace, name }) => nameKey(namespace, name));
}

/** Of one that can't say what it wants: where its pods were made to have them. */
function portsOf(
  { held, mode, ports }: DataPlaneSpec,
  facts: DataPlaneFacts | undefined,
  before: PlannedPlane | undefined,
): readonly PlanePort[] {
  if (!held) return ports;
  if (facts?.standing?.hostNetwork && mode !== 'unmanaged')
    return ports.map(each => ({ ...each, containerPort: each.port }));
  return ports.map(each => before?.spec.ports.find(had => had.name === each.name) ?? each);
}

function hostOf(facts: DataPlaneFacts | undefined, before: PlannedPlane | undefined): string {
  if (facts === undefined || facts.ipFamilies.length === 0) return before?.host ?? '0.0.0.0';
  return facts.ipFamilies.includes('IPv6') ? '::' : '0.0.0.0';
}

function scopeOf(
  { mode, scope, namespace, refused }: DataPlaneSpec,
  facts: DataPlaneFacts | undefined,
): string | undefined {
  if (refused !== undefined) return undefined;
  // What is made for it is known before it is seen.
  if (mode !== 'unmanaged' && facts === undefined) return scope;
  return facts?.serviceAccount === undefined ? undefined : nameKey(namespace, facts.serviceAccount);
}
