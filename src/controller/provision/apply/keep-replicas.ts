import { type ApiClient, applyObject } from '../../../kubernetes/index.ts';
import { isRecord } from '../../../resources/index.ts';
import type { ObjectSlot } from './object-slot.ts';

/** Not the manager of the rest: what that one leaves out would fall back to one pod. */
const FIELD_MANAGER = 'sluice-replicas';

/**
 * Before the number of pods becomes the autoscaler's, gives it another manager, who keeps it as it is until the autoscaler writes one.
 * Without force: whoever has another number in mind by then keeps it, and so nothing depends on the answer.
 */
export async function keepReplicas(
  client: ApiClient,
  path: string,
  slot: ObjectSlot,
  signal: AbortSignal,
): Promise<void> {
  const { wanted, seen } = slot;
  const { replicas = 1 } = seen?.deployment ?? {};
  const spec = wanted?.object.spec;
  if (!wanted || !seen || replicas <= 1 || !isRecord(spec) || 'replicas' in spec) return;
  const { apiVersion, kind, metadata } = wanted.object;
  const { name, namespace } = metadata;
  const object = { apiVersion, kind, metadata: { name, namespace, uid: seen.uid }, spec: { replicas } };
  await applyObject(client, path, object, { fieldManager: FIELD_MANAGER, force: false, signal });
}
