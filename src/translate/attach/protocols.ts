import type { Listener } from '../../ir/index.ts';

/** Of those that the API names; there may be others with a domain. */
export type Protocol = Listener['protocol'];

/** Kinds of routes (group gateway.networking.k8s.io) that listeners of a protocol take. */
const ROUTE_KINDS: Readonly<Record<Protocol, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

export function isProtocol(text: string): text is Protocol {
  return Object.hasOwn(ROUTE_KINDS, text);
}

/** None for a protocol that nobody knows. */
export function routeKindsOf(protocol: string): readonly string[] {
  return isProtocol(protocol) ? ROUTE_KINDS[protocol] : [];
}

/** Whether certificates belong to it. */
export function isEncrypted(protocol: string): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}
