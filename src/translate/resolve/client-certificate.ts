import {
  GATEWAY_GROUP,
  type Gateway,
  nameKey,
  type ObjectRef,
  type ProblemCode,
  refOf,
} from '../../resources/index.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import type { CertificateView } from './certificates.ts';
import { type CrossReference, grantYaml } from './reference-grants.ts';

/** As whom a Gateway calls backends that want TLS (GEP-3155): name of a Secret unit, or why it is nobody (ResolvedRefs=False). */
export type ClientCertificate =
  | { readonly unit: string; readonly unresolved?: undefined }
  | { readonly unit?: undefined; readonly unresolved: Verdict<ProblemCode> };

export interface ClientCertificateSources {
  /** The Secret of a key `namespace/name`. */
  certificate(key: string): CertificateView | undefined;
  permitted(reference: CrossReference): boolean;
}

type SecretRef = NonNullable<NonNullable<NonNullable<Gateway['spec']['tls']>['backend']>['clientCertificateRef']>;

const PATH = 'spec.tls.backend.clientCertificateRef';

/** Undefined: the Gateway names none. */
export function clientCertificateOf(
  gateway: Gateway,
  sources: ClientCertificateSources,
): ClientCertificate | undefined {
  const ref = gateway.spec.tls?.backend?.clientCertificateRef;
  const found = ref && resolveClientCertificate(ref, PATH, refOf(gateway), GATEWAY_GROUP, sources);
  if (found === undefined) return undefined;
  return typeof found === 'string' ? { unit: found } : { unresolved: found };
}

/** Permission comes before existence, so that nobody learns what is in a namespace that doesn't grant it. `group`: the owner's. */
export function resolveClientCertificate(
  ref: SecretRef,
  path: string,
  owner: ObjectRef,
  ownerGroup: string,
  sources: ClientCertificateSources,
): string | Verdict<ProblemCode> {
  const { group, kind, name } = ref;
  const namespace = ref.namespace ?? owner.namespace;
  if (group !== '' || kind !== 'Secret') return asClient(listenerConditions.certificateKind(path, group, kind));
  const target = `Secret ${namespace}/${name}`;
  const reference: CrossReference = {
    from: { group: ownerGroup, kind: owner.kind, namespace: owner.namespace },
    to: { group, kind, namespace, name },
  };
  if (namespace !== owner.namespace && !sources.permitted(reference))
    return referenceConditions.notPermitted(path, target, namespace, grantYaml(reference));
  const secret = sources.certificate(nameKey(namespace, name));
  if (!secret) return asClient(listenerConditions.certificateNotFound(path, target));
  return secret.fault === undefined
    ? secret.unit
    : asClient(listenerConditions.certificateFaulty(path, target, secret.fault));
}

function asClient(verdict: Verdict<ProblemCode>): Verdict<ProblemCode> {
  return { ...verdict, reason: 'InvalidClientCertificateRef' };
}
