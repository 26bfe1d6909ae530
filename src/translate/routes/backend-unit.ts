import { type Backend, type BackendPort, parseBackendName, seal } from '../../ir/index.ts';
import { nameKey } from '../../resources/index.ts';
import type { Traffic } from '../resolve/app-protocol.ts';
import { variantIn } from '../resolve/variants.ts';
import {
  isFault,
  policyOfPort,
  servicePort,
  type Way,
  type WaySources,
  wayToPort,
  wayToXBackend,
} from '../resolve/ways.ts';

/** The unit of a backend that routes refer to by this name. What can't be reached is not referred to, and there is no unit for it. */
export function backendUnit(name: string, sources: WaySources): Backend | undefined {
  const backend = parseBackendName(name);
  const { traffic, client } = variantIn(name);
  const way = usedWay(backend, traffic, sources);
  if (way === undefined) return undefined;
  const { kind, namespace, name: object } = backend;
  const { protocol, tls, resolve } = way;
  return seal({
    kind: 'Backend',
    name,
    protocol,
    ...(tls && { tls: client === undefined ? tls : { ...tls, clientCertificate: client } }),
    ...(resolve && { resolve }),
    origin: { kind, namespace, name: object },
  });
}

/** Whether it is shown the certificate of the Gateway: an XBackend says itself what it is shown. */
export function takesClientCertificate(name: string, sources: WaySources): boolean {
  const backend = parseBackendName(name);
  return backend.kind === 'Service' && usedWay(backend, variantIn(name).traffic, sources)?.tls !== undefined;
}

/** Where bytes are let through it does not matter what HTTP would be. */
function usedWay(
  { kind, namespace, name, port, transport }: BackendPort,
  traffic: Traffic,
  sources: WaySources,
): Way | undefined {
  const key = nameKey(namespace, name);
  if (kind === 'XBackend') {
    const view = sources.xBackend(key);
    return view && wayToXBackend(view, traffic);
  }
  const service = sources.service(kind === 'Service' ? kind : 'ServiceImport', key);
  const found = service && servicePort(service, port, transport);
  if (!service || !found) return undefined;
  const policy = policyOfPort(kind === 'Service' ? kind : 'ServiceImport', key, found, sources);
  const way = wayToPort(service, found, policy, traffic);
  if (!isFault(way)) return way;
  const plain = wayToPort(service, found, policy, 'bytes');
  return isFault(plain) ? undefined : plain;
}
