import { type AnyResource, type Gateway, nameKey, type ObjectRef, refKey, refOf } from '../resources/index.ts';
import type { Batch } from '../sources/index.ts';
import type { Action } from './events.ts';
import type { GatewayFacts } from './placer.ts';

/** An object of a batch and what happened to it. */
export interface ObjectChange {
  readonly ref: ObjectRef;
  readonly action: Action;
  /** When its file changed, in ms of `performance.now()`. */
  readonly since: number;
}

/** The objects that stand. */
export interface Inventory {
  take(batch: Batch): readonly ObjectChange[];
  get(ref: ObjectRef): AnyResource | undefined;
  /** Oldest first, then by name: who came first keeps what two want. */
  gateways(): readonly Gateway[];
}

export function createInventory(): Inventory {
  const objects = new Map<string, AnyResource>();
  return {
    take({ upserts, deletes, since }) {
      const gone = deletes.filter(ref => objects.delete(refKey(ref)));
      const came = upserts.map((resource): ObjectChange => {
        const ref = refOf(resource);
        const action = objects.has(refKey(ref)) ? 'updated' : 'created';
        objects.set(refKey(ref), resource);
        return { ref, action, since };
      });
      return [...gone.map((ref): ObjectChange => ({ ref, action: 'deleted', since })), ...came];
    },
    get: ref => objects.get(refKey(ref)),
    gateways: () => [...objects.values()].filter(object => object.kind === 'Gateway').sort(byAge),
  };
}

function byAge(a: Gateway, b: Gateway): number {
  return age(a) - age(b) || (gatewayKey(a) < gatewayKey(b) ? -1 : 1);
}

function age({ metadata }: Gateway): number {
  return metadata.creationTimestamp === undefined ? 0 : Date.parse(metadata.creationTimestamp);
}

function gatewayKey({ metadata }: Gateway): string {
  return nameKey(metadata.namespace, metadata.name);
}

/**
 * Only IP addresses say where to listen, else `listen` does, so that a Gateway that asks for a hostname is served all the
 * same; its status says that it did not get one. Empty values and types of other domains are translation's affair.
 */
export function gatewayFacts(gateway: Gateway, listen: string): GatewayFacts {
  const addresses = gateway.spec.addresses ?? [];
  const hosts = addresses.flatMap(({ type, value }) => (type === 'IPAddress' && value ? [value] : []));
  const index = addresses.findIndex(({ type }) => type === 'Hostname');
  return {
    gateway: gatewayKey(gateway),
    hosts: hosts.length > 0 ? hosts : [listen],
    ...(index >= 0 && { unusable: noHostname(index, addresses[index]?.value) }),
  };
}

function noHostname(index: number, hostname = ''): string {
  const wanted = hostname === '' ? 'a hostname' : `the hostname ${hostname}`;
  return `spec.addresses[${index}] asks for ${wanted}, and this data plane can only listen on IP addresses: use type IPAddress, or leave it out`;
}
