import { GATEWAY_GROUP, type ListenerSpec, nameKey, type ProblemCode } from '../../resources/index.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import type { CertificateView } from './certificates.ts';
import { type CrossReference, grantYaml } from './reference-grants.ts';

/** What the references of a listener are looked up in; each look is remembered by the caller. */
export interface CertificateSources {
  /** The Secret of a key `namespace/name`. */
  certificate(key: string): CertificateView | undefined;
  permitted(reference: CrossReference): boolean;
}

type CertificateRef = NonNullable<NonNullable<ListenerSpec['tls']>['certificateRefs']>[number];

/** Why references of a listener (`path`) of a Gateway in `namespace` are not resolved; several are each judged. */
export function certificateFaults(
  { tls }: ListenerSpec,
  path: string,
  namespace: string,
  sources: CertificateSources,
): readonly Verdict<ProblemCode>[] {
  // The spec: certificateRefs are ignored where TLS passes through.
  if (!tls || tls.mode === 'Passthrough') return [];
  return (tls.certificateRefs ?? []).flatMap(
    (ref, index) => fault(ref, `${path}.tls.certificateRefs[${index}]`, namespace, sources) ?? [],
  );
}

/** Permission comes before existence, so that nobody learns what is in a namespace that doesn't grant it. */
function fault(
  ref: CertificateRef,
  path: string,
  from: string,
  sources: CertificateSources,
): Verdict<ProblemCode> | undefined {
  const { group, kind, name, namespace = from } = ref;
  if (group !== '' || kind !== 'Secret') return listenerConditions.certificateKind(path, group, kind);
  const target = `Secret ${namespace}/${name}`;
  const reference = crossReference(from, namespace, name);
  if (namespace !== from && !sources.permitted(reference)) {
    return referenceConditions.notPermitted(path, target, namespace, grantYaml(reference));
  }
  const secret = sources.certificate(nameKey(namespace, name));
  if (!secret) return listenerConditions.certificateNotFound(path, target);
  return secret.fault === undefined ? undefined : listenerConditions.certificateFaulty(path, target, secret.fault);
}

function crossReference(from: string, namespace: string, name: string): CrossReference {
  return {
    from: { group: GATEWAY_GROUP, kind: 'Gateway', namespace: from },
    to: { group: '', kind: 'Secret', namespace, name },
  };
}
