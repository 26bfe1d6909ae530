import { isIP } from 'node:net';
import type { BackendTls } from '../../ir/index.ts';
import { type BackendTLSPolicy, nameKey, type ProblemCode, UNREAD_HOSTNAME } from '../../resources/index.ts';
import { isHostname } from '../attach/hostnames.ts';
import type { Verdict } from '../status/condition.ts';
import { policyConditions } from '../status/policy-conditions.ts';
import type { AuthoritiesView } from './authorities.ts';

type Validation = BackendTLSPolicy['spec']['validation'];
type AltName = NonNullable<Validation['subjectAltNames']>[number];

/** How a backend is judged, as far as that can be followed. */
export interface ValidationView {
  /** Absent: nothing may be sent. */
  readonly tls?: BackendTls;
  /** Why it can't be followed (Accepted=False). */
  readonly refused?: Verdict;
  /** Authorities that can't be used, each. */
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

/** BackendTLSPolicyValidation at `path` of an object in `namespace`; `authorities`: the ConfigMap of a key `namespace/name`. */
export function viewValidation(
  validation: Validation,
  path: string,
  namespace: string,
  authorities: (key: string) => AuthoritiesView | undefined,
): ValidationView {
  const found = (validation.caCertificateRefs ?? []).map((ref, index) =>
    authority(ref, `${path}.caCertificateRefs[${index}]`, namespace, authorities),
  );
  const units = found.filter(each => typeof each === 'string');
  const unresolved = found.filter(each => typeof each !== 'string');
  const refused = whyRefused(validation, path) ?? whyNobody(validation, path, units, unresolved);
  if (refused) return { refused, unresolved };
  const names = (validation.subjectAltNames ?? []).map(nameOf).filter(each => each !== undefined);
  const own = units.length > 0 ? [...new Set(units)] : 'system';
  return { tls: { serverName: validation.hostname.toLowerCase(), names, authorities: own }, unresolved };
}

/** What an API server with looser rules may hold. */
function whyRefused({ hostname, subjectAltNames = [] }: Validation, path: string): Verdict | undefined {
  if (hostname === UNREAD_HOSTNAME) return policyConditions.unread(path);
  if (!isHostname(hostname.toLowerCase()) || hostname.startsWith('*') || isIP(hostname) !== 0)
    return policyConditions.hostnameImpossible(`${path}.hostname`, hostname);
  const strange = subjectAltNames.findIndex(each => nameOf(each) === undefined);
  if (strange >= 0) return policyConditions.nameImpossible(`${path}.subjectAltNames[${strange}]`);
  return undefined;
}

function whyNobody(
  { caCertificateRefs, wellKnownCACertificates: known }: Validation,
  path: string,
  units: readonly string[],
  unresolved: readonly Verdict<ProblemCode>[],
): Verdict | undefined {
  if (units.length > 0) return undefined;
  const [first] = unresolved;
  if (first) return policyConditions.noAuthority(first, caCertificateRefs?.length ?? 1);
  if (known === 'System') return undefined;
  return policyConditions.unknownAuthorities(`${path}.wellKnownCACertificates`, known);
}

function nameOf({ type, hostname, uri }: AltName): BackendTls['names'][number] | undefined {
  if (type === 'Hostname' && hostname) return { kind: 'dns', value: hostname.toLowerCase() };
  return type === 'URI' && uri ? { kind: 'uri', value: uri } : undefined;
}

function authority(
  { group, kind, name }: NonNullable<Validation['caCertificateRefs']>[number],
  path: string,
  namespace: string,
  authorities: (key: string) => AuthoritiesView | undefined,
): string | Verdict<ProblemCode> {
  if (group !== '' || kind !== 'ConfigMap') return policyConditions.authorityKind(path, group, kind);
  const target = `ConfigMap ${namespace}/${name}`;
  const map = authorities(nameKey(namespace, name));
  if (!map) return policyConditions.authorityNotFound(path, target);
  return map.fault === undefined ? map.unit : policyConditions.authorityFaulty(path, target, map.fault);
}
