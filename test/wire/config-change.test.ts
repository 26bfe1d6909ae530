import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { seal } from '../../src/ir/index.ts';
import { answering, type Backend, eventually, ok, startBackend } from './backend.ts';
import { BIND, backend, backendName, bind, endpoints, forward, LISTENER, listener, route } from './config.ts';
import { field } from './message.ts';
import { get, startRig } from './rig.ts';

/** Holds answers back until they are released. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
}

/** A rig whose backend answers `/held` when the gate opens, and everything else at once. */
async function heldRig() {
  const held = gate();
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        while (await connection.stream.any()) {
          const { target } = await connection.request();
          if (target === '/held') await held.opened;
          connection.send(ok('old'));
        }
        connection.end();
      },
    },
  );
  return { rig, open: held.open };
}

/** A client that was answered and keeps its connection, and one whose request the backend holds. */
async function idleAndBusy() {
  const { rig, open } = await heldRig();
  const [idle, busy] = [await rig.client(), await rig.client()];
  idle.send(get('/'));
  await idle.answer();
  busy.send(get('/held'));
  await eventually(() => rig.backend.requests.length === 2, 'the request is at the backend');
  return { rig, open, idle, busy };
}

async function other(name: string): Promise<Backend> {
  const started = await startBackend(answering(() => ok(name)));
  after(() => started.stop());
  return started;
}

test('a connection lives through a change of its route and obeys it with the next request', async () => {
  const { rig } = await heldRig();
  const next = await other('new');
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'old');
  await rig.apply([...backend('next', next.port), route([{ action: forward({ next: 1 }) }])]);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'new');
});

test('a request under way is finished by the backend that it was given to', async () => {
  const { rig, open } = await heldRig();
  const next = await other('new');
  const client = await rig.client();
  client.send(get('/held') + get('/after'));
  await eventually(() => rig.backend.requests.length > 0, 'the request is at the backend');
  await rig.apply(
    [...backend('next', next.port), route([{ action: forward({ next: 1 }) }])],
    [
      { kind: 'Backend', name: backendName('api') },
      { kind: 'Endpoints', name: backendName('api') },
    ],
  );
  open();
  assert.equal((await client.answer()).body, 'old');
  assert.match((await client.answer()).body, /old|new/);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'new');
});

test('endpoints that change take the next request; connections to those that went are closed', async () => {
  const { rig } = await heldRig();
  const next = await other('new');
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'old');
  await rig.apply([endpoints('api', next.port)]);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'new');
  await rig.backend.connections[0]!.stream.rest();
});

test('endpoints that come after their backend are used, and a backend that comes after its route', async () => {
  const { rig } = await heldRig();
  const next = await other('new');
  const client = await rig.client();
  const expect = async (status: number) => {
    client.send(get('/'));
    assert.equal((await client.answer()).status, status);
  };
  await rig.apply([route([{ action: forward({ next: 1 }) }])]);
  await expect(500);
  await rig.apply([backend('next')[0]!]);
  await expect(503);
  await rig.apply([endpoints('next', next.port)]);
  await expect(200);
  await rig.apply([], [{ kind: 'Endpoints', name: backendName('next') }]);
  await expect(503);
  await rig.apply([], [{ kind: 'Backend', name: backendName('next') }]);
  await expect(500);
  await rig.apply([], [{ kind: 'Route', name: 'HTTPRoute/default/wire@default/wire' }]);
  await expect(404);
});

test('draining endpoints are used only when nothing is ready', async () => {
  const [ready, draining] = [await other('ready'), await other('draining')];
  const { rig } = await heldRig();
  const states = (first: 'ready' | 'draining') =>
    seal({
      kind: 'Endpoints' as const,
      name: backendName('api'),
      endpoints: [
        { address: '127.0.0.1', port: ready.port, state: first },
        { address: '127.0.0.1', port: draining.port, state: 'draining' as const },
      ],
    });
  const client = await rig.client();
  await rig.apply([states('ready')]);
  for (let i = 0; i < 10; i++) {
    client.send(get('/'));
    assert.equal((await client.answer()).body, 'ready');
  }
  await rig.apply([{ ...endpoints('api', draining.port), endpoints: [states('draining').endpoints[1]!] }]);
  client.send(get('/'));
  assert.equal((await client.answer()).body, 'draining');
});

test('a socket that is removed takes no connection any more, ends idle ones and answers what is under way', async () => {
  const { rig, open, idle, busy } = await idleAndBusy();
  await rig.apply([], [{ kind: 'Bind', name: BIND }]);
  assert.equal((await idle.stream.rest()).bytes.length, 0);
  assert.equal(await connects(rig.port), false);
  open();
  const answer = await busy.answer();
  assert.equal(answer.body, 'old');
  assert.equal(field(answer, 'connection'), 'close');
  assert.equal((await busy.stream.rest()).bytes.length, 0);
});

for (const way of ['removed', 'drained'] as const) {
  test(`a connection made just before its socket is ${way} gets its first answer, a silent one is ended`, async () => {
    const rig = await startRig({ after });
    const [quick, silent] = [await rig.client(), await rig.client()];
    if (way === 'removed') await rig.apply([], [{ kind: 'Bind', name: BIND }]);
    const drained = way === 'drained' ? rig.proxy.drain(10_000) : undefined;
    await eventually(() => rig.proxy.metrics().includes('sluice_downstream_connections 2\n'), 'both are accepted');
    quick.send(get('/'));
    const answer = await quick.answer();
    assert.equal(answer.status, 200);
    assert.equal(field(answer, 'connection'), 'close');
    assert.equal((await silent.stream.rest()).bytes.length, 0);
    await drained;
  });
}

test('a listener that is removed from a socket has no routes there; the connection goes on', async () => {
  const { rig } = await heldRig();
  const client = await rig.client();
  await rig.apply([bind([])]);
  client.send(get('/'));
  assert.equal((await client.answer()).status, 404);
  await rig.apply([bind()]);
  client.send(get('/'));
  assert.equal((await client.answer()).status, 200);
});

test('the port stays the same through changes of its listeners', async () => {
  const { rig } = await heldRig();
  const { bound } = await rig.proxy.apply({ upserts: [bind([LISTENER, 'default/wire/more'])], removals: [] });
  assert.equal(bound[BIND]!.port, rig.port);
});

test('a port in use is a failure of its own: the rest goes live', async () => {
  const { rig } = await heldRig();
  const server = createServer().listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const taken = seal({
    kind: 'Bind' as const,
    name: 'taken',
    host: '127.0.0.1',
    port: address.port,
    listeners: [LISTENER],
  });
  const { failures, bound } = await rig.proxy.apply({
    upserts: [route([{ action: { kind: 'failure', status: 500, reason: 'InvalidKind' } }]), listener(), taken],
    removals: [],
  });
  assert.deepEqual(
    failures.map(({ bind: name, code }) => [name, code]),
    [['taken', 'EADDRINUSE']],
  );
  assert.equal(bound[BIND]!.port, rig.port);
  const client = await rig.client();
  client.send(get('/'));
  assert.equal((await client.answer()).status, 500);
});

test('drain ends idle connections, answers what is under way with Connection: close, and then is done', async () => {
  const { rig, open, idle, busy } = await idleAndBusy();
  let drained = false;
  const done = rig.proxy.drain(10_000).then(() => {
    drained = true;
  });
  assert.equal((await idle.stream.rest()).bytes.length, 0);
  assert.equal(await connects(rig.port), false);
  assert.equal(drained, false);
  open();
  const answer = await busy.answer();
  assert.equal(answer.body, 'old');
  assert.equal(field(answer, 'connection'), 'close');
  await done;
});

test('drain gives up what is still under way at its deadline', async () => {
  const { rig } = await heldRig();
  const busy = await rig.client();
  busy.send(get('/held'));
  await eventually(() => rig.backend.requests.length === 1, 'the request is at the backend');
  await rig.proxy.drain(50);
  rig.proxy.close();
  await busy.stream.rest();
});

function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise(resolve => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then(answer => {
    socket.destroy();
    return answer === true;
  });
}
