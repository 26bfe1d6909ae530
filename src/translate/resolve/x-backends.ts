import type { Backend, BackendTls } from '../../ir/index.ts';
import { EXPERIMENTS_GROUP, type ObjectRef, type ProblemCode, refOf, type XBackend } from '../../resources/index.ts';
import { isHostname } from '../attach/hostnames.ts';
import type { Verdict } from '../status/condition.ts';
import { xBackendConditions } from '../status/x-backend-conditions.ts';
import type { Traffic } from './app-protocol.ts';
import type { AuthoritiesView } from './authorities.ts';
import { type ClientCertificateSources, resolveClientCertificate } from './client-certificate.ts';
import { viewValidation } from './tls-validation.ts';

/** An XBackend, understood. */
export interface XBackendView {
  /** Lower case. */
  readonly hostname: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: BackendTls;
  /** Why it can't be used: nothing is sent there. */
  readonly refused?: Verdict;
  /** References that can't be used, each. */
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

/** What it is looked up in; each look is remembered by the caller. */
export interface XBackendSources extends ClientCertificateSources {
  /** The ConfigMap of a key `namespace/name`. */
  authorities(key: string): AuthoritiesView | undefined;
}

type Tls = NonNullable<XBackend['spec']['tls']>;
interface TlsView extends Pick<XBackendView, 'refused' | 'unresolved'> {
  readonly tls?: BackendTls;
}

const NO_TLS: TlsView = { unresolved: [] };

export function viewXBackend(backend: XBackend, sources: XBackendSources): XBackendView {
  const { spec } = backend;
  const hostname = (spec.externalHostname?.hostname ?? '').toLowerCase();
  const tls = spec.tls ? viewTls(spec.tls, hostname, refOf(backend), sources) : NO_TLS;
  const refused = whyRefused(hostname) ?? tls.refused;
  return {
    hostname,
    port: spec.port.port,
    protocol: spec.protocol ?? 'HTTP',
    ...(refused === undefined && tls.tls && { tls: tls.tls }),
    ...(refused && { refused }),
    unresolved: tls.unresolved,
  };
}

/** What is spoken to it; undefined: what is sent there it does not take. */
export function xBackendProtocol({ protocol, tls }: XBackendView, traffic: Traffic): Backend['protocol'] | undefined {
  if (traffic === 'bytes' || traffic === 'passed') return 'http1';
  switch (protocol) {
    case 'HTTP':
    case 'MCP':
      if (traffic === 'grpc') return 'http2';
      return tls ? 'negotiated' : 'http1';
    case 'HTTP11':
      return traffic === 'grpc' ? undefined : 'http1';
    case 'HTTP2':
    case 'H2C':
      return 'http2';
    default:
      return undefined;
  }
}

function whyRefused(hostname: string): Verdict | undefined {
  const inside = hostname === 'cluster.local' || hostname.endsWith('.cluster.local');
  if (isHostname(hostname) && !hostname.startsWith('*') && !inside) return undefined;
  return xBackendConditions.hostnameImpossible('spec.externalHostname.hostname', hostname);
}

/** Without a validation of its own its certificate must be for its name, from an authority that the system trusts. */
function viewTls(tls: Tls, hostname: string, owner: ObjectRef, sources: XBackendSources): TlsView {
  if (tls.mode === 'None') return NO_TLS;
  const { validation, clientCertificateRef: ref } = tls;
  const judged = validation
    ? viewValidation(validation, 'spec.tls.validation', owner.namespace, key => sources.authorities(key))
    : { tls: { serverName: hostname, names: [], authorities: 'system' as const }, unresolved: [] };
  if (tls.mode !== 'ClientAndServer') return judged;
  const certificate = ref
    ? resolveClientCertificate(ref, 'spec.tls.clientCertificateRef', owner, EXPERIMENTS_GROUP, sources)
    : xBackendConditions.clientCertificateMissing('spec.tls.clientCertificateRef');
  if (typeof certificate === 'string')
    return judged.tls ? { ...judged, tls: { ...judged.tls, clientCertificate: certificate } } : judged;
  const unresolved = [...judged.unresolved, certificate];
  return { refused: judged.refused ?? xBackendConditions.noClientCertificate(certificate), unresolved };
}
