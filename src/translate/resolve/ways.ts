import type { Backend } from '../../ir/index.ts';
import { isProtocolFault, type ProtocolFault, protocolOf, type Traffic } from './app-protocol.ts';
import { portOf, type ServicePort, type ServiceView } from './services.ts';
import { type PolicyView, policyFor } from './tls-policies.ts';
import { type XBackendView, xBackendProtocol } from './x-backends.ts';

export type ServiceKind = 'Service' | 'ServiceImport';
export type BackendKind = ServiceKind | 'XBackend';

/** What ways to backends are looked up in; each look is remembered by the caller. */
export interface WaySources {
  /** The Service or ServiceImport of a key `namespace/name`. */
  service(kind: ServiceKind, key: string): ServiceView | undefined;
  /** The XBackend of a key `namespace/name`. */
  xBackend(key: string): XBackendView | undefined;
  /** The BackendTLSPolicies that target a Service `namespace/name`. */
  policies(service: string): readonly PolicyView[];
}

/** How a backend is reached. */
export type Way = Pick<Backend, 'protocol' | 'tls' | 'resolve'>;

/** Why it can't be. */
export type WayFault =
  | { readonly kind: 'policy'; readonly policy: string }
  | { readonly kind: 'protocol'; readonly why: ProtocolFault; readonly appProtocol: string };

/** The way to a port of a Service. A policy says nothing of what the client itself has encrypted. */
export function wayToPort(
  service: ServiceView,
  port: ServicePort,
  policyOfPort: PolicyView | undefined,
  traffic: Traffic,
): Way | WayFault {
  const policy = traffic === 'passed' ? undefined : policyOfPort;
  if (policy && !policy.tls) return { kind: 'policy', policy: policy.key };
  const protocol = protocolOf(port.appProtocol, traffic, policy !== undefined);
  if (isProtocolFault(protocol)) return { kind: 'protocol', why: protocol, appProtocol: port.appProtocol ?? '' };
  return {
    protocol,
    ...(policy?.tls && { tls: policy.tls }),
    ...(service.external !== undefined && { resolve: { hostname: service.external, port: port.port } }),
  };
}

/** The policy of a port: TLS needs TCP, and only Services are targeted. */
export function policyOfPort(
  kind: BackendKind,
  key: string,
  port: ServicePort,
  sources: Pick<WaySources, 'policies'>,
): PolicyView | undefined {
  if (kind !== 'Service' || port.transport === 'udp') return undefined;
  return policyFor(sources.policies(key), key, port.name);
}

/** An ExternalName Service need not list ports: each is what it is. */
export function servicePort(service: ServiceView, port: number, transport: 'udp' | undefined): ServicePort | undefined {
  if (service.external === undefined || service.ports.length > 0) return portOf(service, port, transport);
  return { port, name: '', ...(transport && { transport }) };
}

export function isFault(way: Way | WayFault): way is WayFault {
  return 'kind' in way;
}

/** The way to an XBackend that can be used. */
export function wayToXBackend(view: XBackendView, traffic: Traffic): Way | undefined {
  if (view.refused) return undefined;
  const { hostname, port, tls } = view;
  const protocol = xBackendProtocol(view, traffic) ?? 'http1';
  return { protocol, ...(tls && { tls }), resolve: { hostname, port } };
}
