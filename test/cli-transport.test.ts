import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { documents, gatewayClass, manifests, type Running, running, sluice } from './cli-rig.ts';

const OBJECTS = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners:
    - { name: tcp, port: 9000, protocol: TCP }
    - { name: udp, port: 9000, protocol: UDP }
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: db }
spec:
  parentRefs: [{ name: gw, sectionName: tcp }]
  rules: [{ backendRefs: [{ name: db, port: 5432 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: UDPRoute
metadata: { name: dns }
spec:
  parentRefs: [{ name: gw, sectionName: udp }]
  rules: [{ backendRefs: [{ name: dns, port: 53 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: Service
metadata: { name: dns }
spec: { ports: [{ port: 53, protocol: UDP }] }
`;

async function echoes(t: TestContext): Promise<{ readonly tcp: number; readonly udp: number }> {
  const server = createServer(socket => void socket.pipe(socket)).listen(0, '127.0.0.1');
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
  socket.on('message', (bytes, { port }) => socket.send(bytes, port, '127.0.0.1'));
  t.after(() => {
    server.close();
    socket.close();
  });
  return { tcp: (server.address() as AddressInfo).port, udp: socket.address().port };
}

/** Where a listener is; its scheme says what it speaks. */
async function urlOf(run: Running, listener: string): Promise<URL> {
  const said = await run.event(event => event.event === 'listener' && event.listener === listener);
  return new URL(String(said.url));
}

test('bytes and datagrams go through a gateway of manifests, and each connection has its line', async t => {
  const { tcp, udp } = await echoes(t);
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, OBJECTS) });
  const backends = ['--backend', `default/db:5432=127.0.0.1:${tcp}`, '--backend', `default/dns:53=127.0.0.1:${udp}`];
  const run = await running(t, [folder, '--map', '9000=0', '--udp-idle-timeout', '100ms', ...backends]);
  const { admin } = await run.event(({ event }) => event === 'ready');
  const tails = ['db', 'dns'].map(name => sluice(['tail', '--admin', String(admin), '--route', name, '--count', '1']));
  let over = false;
  const lines = Promise.all(tails).finally(() => {
    over = true;
  });
  const [bytes, datagrams] = [await urlOf(run, 'tcp'), await urlOf(run, 'udp')];
  assert.deepEqual([bytes.protocol, datagrams.protocol], ['tcp:', 'udp:']);
  // They look on from some moment on, and end with their first line.
  while (!over) {
    await sendBytes(bytes);
    await sendDatagram(datagrams);
  }
  const [db, dns] = await lines;
  assert.deepEqual([db!.code, dns!.code], [0, 0]);
  const way = (text: string) => text.replace(/ +/g, ' ').replace(/^\S+ /, '');
  assert.match(
    way(db!.stdout),
    /^TCP 127\.0\.0\.1 → TCPRoute\/default\/db → Service default\/db:5432 127\.0\.0\.1:\d+ in 5 B, out 5 B/,
  );
  assert.match(
    way(dns!.stdout),
    /^UDP 127\.0\.0\.1 → UDPRoute\/default\/dns → Service default\/dns:53\S* 127\.0\.0\.1:\d+ in 8 B, out 8 B/,
  );
});

async function sendBytes({ hostname, port }: URL): Promise<void> {
  const client = connect(Number(port), hostname);
  client.end('hello');
  assert.equal(String((await once(client, 'data'))[0]), 'hello');
  await once(client, 'close');
}

async function sendDatagram({ hostname, port }: URL): Promise<void> {
  const asker = dgram.createSocket('udp4');
  asker.send('question', Number(port), hostname);
  assert.equal(String((await once(asker, 'message'))[0]), 'question');
  asker.close();
}
