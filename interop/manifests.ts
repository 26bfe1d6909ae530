import { authorityManifest, type PairFiles, secretManifest } from './certificates.ts';
import { NAMES } from './names.ts';

const GATEWAY = 'gateway.networking.k8s.io/v1';

/** What the Secrets and ConfigMaps of the manifests are made of. */
export interface Identities {
  readonly web: PairFiles;
  readonly webRsa: PairFiles;
  readonly other: PairFiles;
  readonly authority: string;
}

/** Ports as the Gateway names them; where each is really served, the setting says. */
export const PORTS = {
  http: 80,
  https: 443,
  any: 8445,
  mutual: 8443,
  grpc: 8081,
  grpcs: 8444,
  tls: 9443,
  tcp: 9000,
} as const;
export type Door = keyof typeof PORTS;

function listener(name: Door, protocol: string, more: object = {}): object {
  return { name, port: PORTS[name], protocol, ...more };
}

function terminate(...secrets: readonly string[]): object {
  return { tls: { mode: 'Terminate', certificateRefs: secrets.map(name => ({ name })) } };
}

function gateway(): object {
  const listeners = [
    listener('http', 'HTTP'),
    { ...listener('https', 'HTTPS', terminate('web', 'web-rsa')), hostname: NAMES.web },
    { ...listener('https', 'HTTPS', terminate('other')), name: 'other', hostname: NAMES.other },
    listener('any', 'HTTPS', terminate('web')),
    listener('mutual', 'HTTPS', terminate('web')),
    listener('grpc', 'HTTP'),
    listener('grpcs', 'HTTPS', terminate('web')),
    listener('tls', 'TLS', { tls: { mode: 'Passthrough' } }),
    listener('tcp', 'TCP'),
  ];
  const validation = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'authority' }] };
  const tls = { frontend: { default: {}, perPort: [{ port: PORTS.mutual, tls: { validation } }] } };
  const metadata = { name: 'interop' };
  return { apiVersion: GATEWAY, kind: 'Gateway', metadata, spec: { gatewayClassName: 'sluice', listeners, tls } };
}

function parents(...sections: readonly string[]): object {
  return { parentRefs: sections.map(sectionName => ({ name: 'interop', sectionName })) };
}

function route(kind: string, name: string, spec: object): object {
  return { apiVersion: GATEWAY, kind, metadata: { name }, spec };
}

function to(name: string, port: number): object {
  return { backendRefs: [{ name, port }] };
}

function routes(): readonly object[] {
  const sockets = { matches: [{ path: { type: 'PathPrefix', value: '/ws' } }], ...to('sockets', 80) };
  return [
    route('HTTPRoute', 'web', {
      ...parents('http', 'https', 'other', 'any', 'mutual'),
      rules: [sockets, to('web', 80)],
    }),
    route('GRPCRoute', 'grpc', { ...parents('grpc', 'grpcs'), rules: [to('grpc', 80)] }),
    route('TLSRoute', 'tls', { ...parents('tls'), hostnames: [NAMES.web], rules: [to('secure', 443)] }),
    route('TCPRoute', 'tcp', { ...parents('tcp'), rules: [to('web', 80)] }),
  ];
}

function service(name: string, port: number): object {
  const metadata = { name };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'one', port }] } };
}

/** The gRPC backend shows a certificate, and the gateway asks for it. */
export function backendPolicy(): string {
  const validation = { hostname: NAMES.web, caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'authority' }] };
  const targetRefs = [{ group: '', kind: 'Service', name: 'grpc' }];
  const metadata = { name: 'grpc' };
  return JSON.stringify({ apiVersion: GATEWAY, kind: 'BackendTLSPolicy', metadata, spec: { targetRefs, validation } });
}

/** All that the gateway is started with, as documents of one file. */
export function manifests({ web, webRsa, other, authority }: Identities): string {
  const objects = [gateway(), ...routes(), service('web', 80), service('sockets', 80), service('grpc', 80)];
  return [
    ...[...objects, service('secure', 443)].map(object => JSON.stringify(object)),
    secretManifest('web', web),
    secretManifest('web-rsa', webRsa),
    secretManifest('other', other),
    authorityManifest('authority', authority),
  ].join('\n---\n');
}
