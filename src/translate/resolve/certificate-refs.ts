import { GATEWAY_GROUP, type ListenerSpec, nameKey, type ObjectRef, type ProblemCode } from '../../resources/index.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import type { AuthoritiesView } from './authorities.ts';
import type { CertificateView } from './certificates.ts';
import { type CrossReference, grantYaml } from './reference-grants.ts';

/** What the references of a listener are looked up in; each look is remembered by the caller. */
export interface CertificateSources {
  /** The Secret of a key `namespace/name`. */
  certificate(key: string): CertificateView | undefined;
  /** The ConfigMap of a key `namespace/name`. */
  authorities(key: string): AuthoritiesView | undefined;
  permitted(reference: CrossReference): boolean;
}

/** What references come to: names of Secret units, and why there is none, for each of the others. */
export interface ResolvedSecrets {
  readonly names: readonly string[];
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

type CertificateRef = NonNullable<NonNullable<ListenerSpec['tls']>['certificateRefs']>[number];

/** The certificates of a listener; `path` is its tls, `owner` whoever refers to them. */
export function resolveCertificates(
  refs: readonly CertificateRef[],
  path: string,
  owner: ObjectRef,
  sources: CertificateSources,
): ResolvedSecrets {
  return gather(refs.map((ref, index) => certificate(ref, `${path}.certificateRefs[${index}]`, owner, sources)));
}

export interface AuthoritiesRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The authorities by which clients are judged; `path` is the validation. */
export function resolveAuthorities(
  refs: readonly AuthoritiesRef[],
  path: string,
  owner: ObjectRef,
  sources: CertificateSources,
): ResolvedSecrets {
  return gather(refs.map((ref, index) => authorities(ref, `${path}.caCertificateRefs[${index}]`, owner, sources)));
}

function gather(found: readonly (string | Verdict<ProblemCode>)[]): ResolvedSecrets {
  return {
    names: [...new Set(found.filter(each => typeof each === 'string'))],
    unresolved: found.filter(each => typeof each !== 'string'),
  };
}

/** Permission comes before existence, so that nobody learns what is in a namespace that doesn't grant it. */
function certificate(
  { group, kind, name, namespace }: CertificateRef,
  path: string,
  owner: ObjectRef,
  sources: CertificateSources,
): string | Verdict<ProblemCode> {
  if (group !== '' || kind !== 'Secret') return listenerConditions.certificateKind(path, group, kind);
  const object = { kind, namespace: namespace ?? owner.namespace, name };
  const target = targetOf(object);
  const forbidden = whyForbidden(object, path, owner, sources);
  if (forbidden) return forbidden;
  const secret = sources.certificate(nameKey(object.namespace, name));
  if (!secret) return listenerConditions.certificateNotFound(path, target);
  return secret.fault === undefined ? secret.unit : listenerConditions.certificateFaulty(path, target, secret.fault);
}

function authorities(
  { group, kind, name, namespace }: AuthoritiesRef,
  path: string,
  owner: ObjectRef,
  sources: CertificateSources,
): string | Verdict<ProblemCode> {
  if (group !== '' || kind !== 'ConfigMap') return listenerConditions.authoritiesKind(path, group, kind);
  const object = { kind, namespace: namespace ?? owner.namespace, name };
  const target = targetOf(object);
  const forbidden = whyForbidden(object, path, owner, sources);
  if (forbidden) return forbidden;
  const map = sources.authorities(nameKey(object.namespace, name));
  if (!map) return listenerConditions.authoritiesNotFound(path, target);
  return map.fault === undefined ? map.unit : listenerConditions.authoritiesFaulty(path, target, map.fault);
}

function whyForbidden(
  object: ObjectRef,
  path: string,
  owner: ObjectRef,
  { permitted }: CertificateSources,
): Verdict<ProblemCode> | undefined {
  if (object.namespace === owner.namespace) return undefined;
  const reference: CrossReference = {
    from: { group: GATEWAY_GROUP, kind: owner.kind, namespace: owner.namespace },
    to: { group: '', ...object },
  };
  if (permitted(reference)) return undefined;
  return referenceConditions.notPermitted(path, targetOf(object), object.namespace, grantYaml(reference));
}

function targetOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}
