import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGateway } from '../../src/gateway/index.ts';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners:
    - { name: pass, protocol: TLS, port: 8443, tls: { mode: Passthrough } }
    - { name: tcp, protocol: TCP, port: 9000 }
    - { name: udp, protocol: UDP, port: 9000 }
---
apiVersion: v1
kind: Service
metadata: { name: a }
spec: { ports: [{ name: one, port: 1 }, { name: two, port: 2 }, { name: dns, port: 53, protocol: UDP }] }
`;

function route(kind: string, section: string, backends: string, hostnames = ''): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${section} }
spec:
  parentRefs: [{ name: gw, sectionName: ${section} }]
  ${hostnames}
  rules: [{ backendRefs: [${backends}] }]
`;
}

const TLS = (...names: readonly string[]) => route('TLSRoute', 'pass', '{ name: a, port: 1 }', `hostnames: [${names}]`);
const TCP = (backends: string) => route('TCPRoute', 'tcp', backends);
const UDP = route('UDPRoute', 'udp', '{ name: a, port: 53 }');

async function differing(t: { after(work: () => unknown): void }, before: string, after: string) {
  const gateway = createGateway({ objects: GATEWAY + before });
  t.after(gateway.close);
  const { changes, transports } = await gateway.diff({ objects: GATEWAY + after });
  assert.deepEqual(changes, [], 'bytes are no requests');
  return transports.map(({ url, before: was = 'nothing', after: is = 'nothing' }) => `${url}: ${was} → ${is}`);
}

test('connections and datagrams that go another way are told, each with a URL', async t => {
  const one = TLS('a.example') + TCP('{ name: a, port: 1 }') + UDP;
  const other = TLS('b.example') + TCP('{ name: a, port: 1, weight: 3 }, { name: a, port: 2 }');
  assert.deepEqual(await differing(t, one, other), [
    'tcp://localhost:9000: Service default/a:1 → 25 % Service default/a:2, 75 % Service default/a:1',
    'tls://a.example:8443: Service default/a:1 → nothing',
    'tls://b.example:8443: nothing → Service default/a:1',
    'udp://localhost:9000: Service default/a:53 → dropped',
  ]);
  assert.deepEqual(await differing(t, one, one.replace('name: tcp }', 'name: renamed }')), []);
});
