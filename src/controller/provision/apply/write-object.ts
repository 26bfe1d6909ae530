import { type ApiClient, applyObject, deleteObject, isGoing } from '../../../kubernetes/index.ts';
import type { PlaneOwner } from '../observe/observed-object.ts';
import { objectPath } from '../observe/provisioned-kinds.ts';
import { keepReplicas } from './keep-replicas.ts';
import type { ObjectSlot, Step } from './object-slot.ts';
import { outcomeOf, type WriteOutcome } from './write-outcome.ts';

export interface WriteTarget {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
}

const FIELD_MANAGER = 'sluice';

/** Does what is to be done with an object; an object of somebody else is only looked at. */
export function writeObject(target: WriteTarget, slot: ObjectSlot, step: Exclude<Step, 'none'>): Promise<WriteOutcome> {
  switch (step) {
    case 'look':
      return createUnlessThere(target, slot);
    case 'apply':
      return apply(target, slot, slot.seen?.uid);
    case 'delete':
      return deleteUnlessLeft(target, slot);
  }
}

const pathOf = ({ kind, namespace, name }: ObjectSlot) => objectPath(kind, namespace, name);

/** An apply would take over whatever has that name. */
async function createUnlessThere(target: WriteTarget, slot: ObjectSlot): Promise<WriteOutcome> {
  const { client, signal } = target;
  const found = outcomeOf(await client.request('GET', pathOf(slot), { signal }));
  if (found.kind === 'ok') return { ...found, kind: 'found' };
  return found.kind === 'gone' ? apply(target, slot, undefined) : found;
}

/** Over that very object, by force; without a uid it must not be there, or a field of others is a conflict. */
async function apply(
  { client, signal }: WriteTarget,
  slot: ObjectSlot,
  uid: string | undefined,
): Promise<WriteOutcome> {
  const { object } = slot.wanted ?? {};
  if (!object) return { kind: 'passing' };
  await keepReplicas(client, pathOf(slot), slot, signal);
  const body = uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
  const options = { fieldManager: FIELD_MANAGER, force: uid !== undefined, signal };
  const outcome = outcomeOf(await applyObject(client, pathOf(slot), body, options));
  // It is the namespace that is not there, or the kind.
  return outcome.kind === 'gone' ? { ...outcome, kind: 'refused' } : outcome;
}

/**
 * Deletes what its living owner does not want any more. What has lost its owner is left to the garbage collector: when
 * Gateways can't be read all of them seem to be gone, and that must not cost anybody a data plane.
 */
async function deleteUnlessLeft(target: WriteTarget, slot: ObjectSlot): Promise<WriteOutcome> {
  const { client, signal } = target;
  const { uid, owners } = slot.seen ?? { uid: '', owners: [] };
  for (const owner of owners) {
    const reply = await client.request('GET', ownerPath(owner, slot.namespace), { signal });
    const outcome = outcomeOf(reply);
    if (outcome.kind === 'gone') continue;
    if (outcome.kind !== 'ok') return outcome;
    if (outcome.object.metadata.uid !== owner.uid || isGoing(outcome.object)) continue;
    return outcomeOf(await deleteObject(client, pathOf(slot), uid, signal));
  }
  return { kind: 'left' };
}

function ownerPath({ kind, name }: PlaneOwner, namespace: string): string {
  const root = '/apis/gateway.networking.k8s.io/v1';
  return kind === 'GatewayClass'
    ? `${root}/gatewayclasses/${encodeURIComponent(name)}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/gateways/${encodeURIComponent(name)}`;
}
