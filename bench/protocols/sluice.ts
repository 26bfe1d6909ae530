import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilPrinted } from '../children.ts';
import { REQUEST_HEADER, RESPONSE_HEADER } from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { sluice as http, SLUICE } from '../peers/sluice.ts';
import type { Doors, ProtocolJob, ProtocolPeer } from './job.ts';

/** Ports that the Gateway names. */
const PORTS: Readonly<Record<keyof Doors, number>> = { https: 8443, h2c: 8080, grpc: 8081, tcp: 9000, udp: 5300 };

function object(kind: string, name: string, spec: object, apiVersion = 'gateway.networking.k8s.io/v1'): object {
  return { apiVersion, kind, metadata: { name }, spec };
}

function listener(name: keyof Doors, protocol: string, more: object = {}): object {
  return { name, port: PORTS[name], protocol, ...more };
}

function edit(kind: 'Request' | 'Response', { name, value }: { name: string; value: string }): object {
  return { type: `${kind}HeaderModifier`, [`${kind.toLowerCase()}HeaderModifier`]: { set: [{ name, value }] } };
}

const FILTERS = [edit('Request', REQUEST_HEADER), edit('Response', RESPONSE_HEADER)];

function route(
  kind: string,
  sections: readonly (keyof Doors)[],
  backend: string,
  port: number,
  rule: object = {},
): object {
  const parentRefs = sections.map(sectionName => ({ name: 'bench', sectionName }));
  return object(kind, sections[0]!, { parentRefs, rules: [{ ...rule, backendRefs: [{ name: backend, port }] }] });
}

function service(name: string, port: number, protocol = 'TCP'): object {
  return object('Service', name, { ports: [{ name: 'one', port, protocol }] }, 'v1');
}

function objects({ certificate, key }: ProtocolJob): readonly object[] {
  const terminate = { tls: { mode: 'Terminate', certificateRefs: [{ name: 'pair' }] } };
  const listeners = [
    listener('https', 'HTTPS', terminate),
    listener('h2c', 'HTTP'),
    listener('grpc', 'HTTP'),
    listener('tcp', 'TCP'),
    listener('udp', 'UDP'),
  ];
  const data = { 'tls.crt': readFileSync(certificate, 'utf8'), 'tls.key': readFileSync(key, 'utf8') };
  return [
    object('Gateway', 'bench', { gatewayClassName: 'sluice', listeners }),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pair' }, type: 'kubernetes.io/tls', stringData: data },
    route('HTTPRoute', ['https', 'h2c'], 'api', 80, { filters: FILTERS }),
    route('GRPCRoute', ['grpc'], 'calls', 80, { filters: FILTERS }),
    route('TCPRoute', ['tcp'], 'api', 80),
    route('UDPRoute', ['udp'], 'datagrams', 53),
    service('api', 80),
    service('calls', 80),
    service('datagrams', 53, 'UDP'),
  ];
}

export const sluice: ProtocolPeer = {
  name: 'Sluice',
  find: http.find,
  lacks: [],
  async start(_program, job) {
    const { doors, backends } = job;
    const folder = path.join(job.dir, 'manifests');
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'all.yaml'),
      objects(job)
        .map(each => JSON.stringify(each))
        .join('\n---\n'),
    );
    const maps = (Object.keys(PORTS) as (keyof Doors)[]).flatMap(door => ['--map', `${PORTS[door]}=${doors[door]}`]);
    const services = { 'api:80': backends.http, 'calls:80': backends.grpc, 'datagrams:53': backends.udp };
    const overrides = Object.entries(services).flatMap(([name, port]) => [
      '--backend',
      `default/${name}=127.0.0.1:${port}`,
    ]);
    const child = startChild(PROXY_CORE, SLUICE, ['run', folder, ...maps, ...overrides]);
    await untilPrinted(child, 'ready');
    return child;
  },
};
