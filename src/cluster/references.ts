import type { AnyResource, Gateway, ObjectRef, XBackend } from '../resources/index.ts';

interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The kinds of which only what is referenced is read. */
const READ_ON_DEMAND: readonly string[] = ['Secret', 'ConfigMap'];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const NAMESPACE = new RegExp(`^${LABEL}$`);
const NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);

/** The Secrets and ConfigMaps that a resource names, also where no grant permits it: that is for translation to judge. */
export function referencesOf(resource: AnyResource): readonly ObjectRef[] {
  const { namespace } = resource.metadata;
  return namedBy(resource)
    .filter(({ group, kind }) => group === '' && READ_ON_DEMAND.includes(kind))
    .map(ref => ({ kind: ref.kind, namespace: ref.namespace ?? namespace, name: ref.name }))
    .filter(mayExist);
}

/** A name goes into a path: what no object can be named is not asked for. */
function mayExist({ namespace, name }: ObjectRef): boolean {
  return NAMESPACE.test(namespace) && NAME.test(name);
}

function namedBy(resource: AnyResource): readonly Reference[] {
  switch (resource.kind) {
    case 'Gateway':
      return [...certificatesOf(resource.spec), ...namedByGatewayTLS(resource.spec.tls)];
    case 'ListenerSet':
      return certificatesOf(resource.spec);
    case 'BackendTLSPolicy':
      return resource.spec.validation.caCertificateRefs ?? [];
    case 'XBackend':
      return namedByBackendTLS(resource.spec.tls);
    default:
      return [];
  }
}

function certificatesOf({ listeners }: Pick<Gateway['spec'], 'listeners'>): readonly Reference[] {
  return listeners.flatMap(({ tls }) => tls?.certificateRefs ?? []);
}

/** GEP-4894: by whom the backend is judged, and as whom we call it. */
function namedByBackendTLS(tls: XBackend['spec']['tls']): readonly Reference[] {
  const authorities = tls?.validation?.caCertificateRefs ?? [];
  return tls?.clientCertificateRef ? [tls.clientCertificateRef, ...authorities] : authorities;
}

/** GEP-91 and GEP-3155: who may call, and as whom the gateway calls backends. */
function namedByGatewayTLS(tls: Gateway['spec']['tls']): readonly Reference[] {
  const client = tls?.backend?.clientCertificateRef;
  const frontends = [tls?.frontend?.default, ...(tls?.frontend?.perPort ?? []).map(port => port.tls)];
  const authorities = frontends.flatMap(frontend => frontend?.validation?.caCertificateRefs ?? []);
  return client ? [client, ...authorities] : authorities;
}
