import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { makeAuthority, makeCertificate } from '../tls/certificates.ts';
import { keyPair, listenerName, routeAt, terminate, tlsListener } from '../tls/tls-units.ts';
import { until } from '../until.ts';
import { bind } from '../wire/config.ts';
import { deploy } from './deployment.ts';
import { clientsOf } from './look.ts';

const CA = makeAuthority('an authority');
const A = keyPair('a', makeCertificate({ names: ['a.example'], issuer: CA }));

/** Shakes hands; the socket, and the session that came of it if it is a new one. */
async function shake(t: TestContext, port: number, session?: Buffer) {
  const options = { port, host: '127.0.0.1', ca: CA.certificate, servername: 'a.example', ...(session && { session }) };
  const socket = tls.connect(options);
  t.after(() => socket.destroy());
  const fresh = Promise.withResolvers<Buffer>();
  socket.once('session', fresh.resolve);
  await once(socket, 'secureConnect');
  // The workers end before it does, and by then nobody listens.
  socket.on('error', () => {});
  return { socket, session: session ?? (await fresh.promise) };
}

test('a session that began with one worker is resumed by any', { timeout: 30_000 }, async t => {
  const deployment = await deploy(t, { workers: 2 });
  const { publisher, port } = deployment;
  const listener = tlsListener('a', '*', terminate(['a']));
  await publisher.apply({ upserts: [A, listener, routeAt('a'), bind([listenerName('a')])], removals: [] });
  const { session } = await shake(t, port);
  // Until each has one of them at least, which the system sees to.
  await until('both workers have clients', async () => {
    const { socket } = await shake(t, port, session);
    assert.equal(socket.isSessionReused(), true);
    return clientsOf(deployment, 0) > 1 && clientsOf(deployment, 1) > 1;
  });
});
