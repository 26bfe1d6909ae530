import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, ok, type Script } from './backend.ts';
import { field } from './message.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

const MEGABYTE = 1024 * 1024;
const REFUSED = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno';

/** Answers as soon as the head is here, and leaves as `leave` says; whatever else asks gets its target. */
function refusing(leave: (connection: Parameters<Script>[0]) => void): Script {
  return async connection => {
    const head = await connection.stream.through('\r\n\r\n');
    if (!head.startsWith('POST')) return connection.send(ok(`GET ${head.split(' ')[1]} `));
    connection.send(REFUSED);
    leave(connection);
  };
}

const LEAVINGS: Readonly<Record<string, (connection: Parameters<Script>[0]) => void>> = {
  'reads on': () => {},
  'ends its side and reads on': connection => connection.end(),
  'closes with the body unread, which resets': ({ socket }) => socket.pause().end(() => socket.destroy()),
};
const BODIES: Readonly<Record<string, string>> = {
  'of ten megabytes': post('/', 'x'.repeat(10 * MEGABYTE)),
  'in chunks': `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(
    Array.from({ length: 100 }, () => 'x'.repeat(100_000)),
  )}`,
};

for (const [how, leave] of Object.entries(LEAVINGS)) {
  for (const [name, request] of Object.entries(BODIES)) {
    test(`a body ${name} to a backend that refuses it and ${how}: the client gets the answer, then the end`, async () => {
      const rig = await startRig({ after }, { script: refusing(leave) });
      for (let i = 0; i < 5; i++) {
        const client = await rig.client();
        client.send(request.slice(0, 300_000));
        const answer = await client.answer('POST');
        assert.deepEqual([answer.status, answer.body, field(answer, 'connection')], [413, 'no', 'close']);
        client.socket.destroy();
      }
      await assertSound(rig);
    });
  }
}

test('an early answer without a length whose backend resets is cut, not ended', async () => {
  const rig = await startRig(
    { after },
    {
      async script({ stream, socket }) {
        await stream.through('\r\n\r\n');
        socket.pause().end('HTTP/1.1 200 OK\r\n\r\nhalf of it', () => socket.destroy());
      },
    },
  );
  for (let i = 0; i < 10; i++) {
    const client = await rig.client();
    client.send(post('/', 'x'.repeat(10 * MEGABYTE)).slice(0, 300_000));
    const { bytes, ending } = await client.stream.rest();
    assert.doesNotMatch(bytes.toString('latin1'), /\r\n0\r\n\r\n$/);
    assert.ok(ending === 'reset' || bytes.includes('502'), bytes.toString('latin1'));
  }
});

test('what follows a body that was refused early is no request, and the client is not reset', async () => {
  const rig = await startRig({ after }, { script: refusing(() => {}) });
  const client = await rig.client();
  client.send(post('/', 'x'.repeat(200_000)).slice(0, -70_000));
  assert.equal((await client.answer('POST')).status, 413);
  client.send('x'.repeat(70_000) + get('/attack'));
  const { bytes, ending } = await client.stream.rest();
  assert.deepEqual([bytes.length, ending], [0, 'end']);
  assert.equal(rig.backend.connections.length, 1);
});

test('where little is left of a body that was refused early, it is dropped and the next request served', async () => {
  const rig = await startRig({ after }, { script: refusing(() => {}) });
  const client = await rig.client();
  client.send(post('/', `${get('/attack')}${'x'.repeat(60_000)}`).slice(0, -60_000));
  const { status, fields } = await client.answer('POST');
  assert.deepEqual([status, field({ fields }, 'connection')], [413, undefined]);
  client.send('x'.repeat(59_999));
  client.send(`x${get('/next')}`);
  assert.equal((await client.answer()).body, 'GET /next ');
});

test('an early answer ends the connection to the backend: the rest of the body is of nobody else', async () => {
  const rig = await startRig({ after }, { script: refusing(() => {}) });
  const client = await rig.client();
  client.send(post('/', 'x'.repeat(100_000)).slice(0, -1_000));
  await client.answer('POST');
  const [connection] = rig.backend.connections;
  await eventually(() => connection!.socket.destroyed || connection!.socket.readableEnded, 'the backend is left');
  await assertSound(rig);
});

test('an answer to a body that is here in full leaves both connections in use', async () => {
  const rig = await startRig({ after });
  const client = await rig.client();
  client.send(post('/', 'hello') + post('/again', 'hello'));
  for (const body of ['POST / hello', 'POST /again hello']) {
    const answer = await client.answer();
    assert.deepEqual([answer.body, field(answer, 'connection')], [body, undefined]);
  }
  assert.equal(rig.backend.connections.length, 1);
});

test('where the end of a client is there before the turn of a body that nobody wants, its connection ends', async () => {
  const rig = await startRig({ after }, { options: { bodyIdleTimeout: 0 } });
  const client = await rig.client();
  client.send(`${get('/first')}OPTIONS * HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nshort`);
  client.end();
  assert.deepEqual([(await client.answer()).status, (await client.answer('OPTIONS')).status], [200, 200]);
  let ending = '';
  void client.stream.rest().then(rest => {
    ending = rest.ending;
  });
  await eventually(() => ending === 'end', 'the proxy ended its side');
});
