import { isGoing, type RawObject } from '../../../kubernetes/index.ts';
import { isRecord } from '../../../resources/index.ts';
import { type DeploymentFacts, deploymentFacts } from './deployment-facts.ts';
import { hashOf, isOurs } from './plane-marks.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';

/** What is kept of an object, in place of all of it. */
export interface ObservedObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** This controller made it, or was given it. */
  readonly ours: boolean;
  /** Of what was applied last. */
  readonly hash: string | undefined;
  /** It goes as soon as others let it. */
  readonly deleting: boolean;
  /** Gateways and GatewayClasses. */
  readonly owners: readonly PlaneOwner[];
  readonly service?: ServiceFacts;
  readonly deployment?: DeploymentFacts;
}

export interface PlaneOwner {
  readonly kind: 'Gateway' | 'GatewayClass';
  readonly name: string;
  readonly uid: string;
}

export function observedObject(raw: RawObject, controllerName: string): ObservedObject {
  const { uid = '', resourceVersion, ownerReferences } = raw.metadata;
  return {
    uid,
    resourceVersion,
    ours: isOurs(raw, controllerName),
    hash: hashOf(raw),
    deleting: isGoing(raw),
    owners: (Array.isArray(ownerReferences) ? ownerReferences : []).flatMap(ownerOf),
    ...(raw.kind === 'Service' && { service: serviceFacts(raw) }),
    ...(raw.kind === 'Deployment' && { deployment: deploymentFacts(raw) }),
  };
}

function ownerOf(reference: unknown): readonly PlaneOwner[] {
  const { apiVersion, kind, name, uid } = isRecord(reference) ? reference : {};
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith('gateway.networking.k8s.io/')) return [];
  if (kind !== 'Gateway' && kind !== 'GatewayClass') return [];
  return typeof name === 'string' && typeof uid === 'string' ? [{ kind, name, uid }] : [];
}
