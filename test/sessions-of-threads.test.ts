import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type BackendOverride, createGateway, createMemorySource, type GatewayOptions } from '../src/gateway/index.ts';
import { documents, gateway, gatewayClass, service } from './cli-rig.ts';

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - sessionPersistence: {}
      backendRefs: [{ name: web, port: 80 }]
`;

/** Two endpoints of the Service `web`, which answer with their port. */
async function endpoints(t: TestContext): Promise<readonly BackendOverride[]> {
  const servers = [1, 2].map(() =>
    createServer((request, response) => response.end(String(request.socket.localPort))).listen(0, '127.0.0.1'),
  );
  t.after(() => servers.forEach(server => void server.close()));
  await Promise.all(servers.map(server => new Promise(resolve => server.once('listening', resolve))));
  return servers.map(server => {
    const { port } = server.address() as AddressInfo;
    return { service: 'default/web', port: 80, to: { host: '127.0.0.1', port } };
  });
}

/** A data plane in a thread of its own; its URL. */
async function start(t: TestContext, options: Partial<GatewayOptions>): Promise<string> {
  const source = createMemorySource();
  source.setText('all.yaml', documents(gatewayClass, gateway(), service('web'), ROUTE));
  const embedded = createGateway({ source, map: new Map([[80, 0]]), ...options });
  t.after(() => embedded.close());
  await embedded.start();
  return embedded.listeners()[0]!.url;
}

async function ask(url: string, cookie = '') {
  const response = await fetch(url, { headers: { cookie } });
  return { body: await response.text(), cookie: response.headers.getSetCookie()[0]?.split(';')[0] };
}

test('threads of one process know the sessions of each other, those with another key do not', async t => {
  const backends = await endpoints(t);
  const [first, second, stranger] = await Promise.all([
    start(t, { backends }),
    start(t, { backends }),
    start(t, { backends, proxy: { sessionKeys: [new Uint8Array(32)] } }),
  ]);
  for (let session = 0; session < 4; session++) {
    const { body, cookie } = await ask(first);
    assert.ok(cookie !== undefined);
    for (let i = 0; i < 3; i++) assert.deepEqual(await ask(second, cookie), { body, cookie: undefined });
    assert.ok((await ask(stranger, cookie)).cookie);
  }
});
