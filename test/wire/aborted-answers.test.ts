import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ok, type Script, startBackend } from './backend.ts';
import { assertNothingLeft, forEachByte, type Leaving, turns } from './books.ts';
import { backend, backendName, forward, route } from './config.ts';
import { field } from './message.ts';
import type { Peer } from './peer.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

/** Backends that leave after each byte of their answer, and clients that leave at each byte of it. */
interface Scene {
  /** Interim answers and head of the answer. */
  readonly head: string;
  /** What follows. */
  readonly rest: string;
  readonly status: number;
  readonly content: string;
  /** The end of the connection is the end of the answer. */
  readonly endless?: boolean;
}

const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const full = { status: 200, content: 'hello world' };
const SCENES: Readonly<Record<string, Scene>> = {
  'of known length': { ...full, head: ok('hello world').slice(0, -11), rest: 'hello world' },
  empty: { status: 200, content: '', head: ok(''), rest: '' },
  chunked: { ...full, head: chunks, rest: chunked(['hello', ' world']) },
  'with trailers': { ...full, head: chunks, rest: chunked(['hello', ' world'], 'X-Sum: 1\r\n') },
  'without length': { ...full, head: 'HTTP/1.1 200 OK\r\nX-One: 1\r\n\r\n', rest: 'hello world', endless: true },
  'without content': { status: 204, content: '', head: 'HTTP/1.1 204 No Content\r\nX-One: 1\r\n\r\n', rest: '' },
  'behind an interim one': {
    ...full,
    head: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${chunks}`,
    rest: chunked(['hello world']),
  },
};

/** What a backend does with the request whose field X-Order has the number. */
interface Order {
  readonly scene: Scene;
  /** Bytes of the answer that are sent before somebody leaves. */
  readonly count: number;
  /** How the backend leaves; undefined: it waits until the client has, and goes on. */
  readonly leaving: Leaving | undefined;
  readonly clientLeft?: Promise<void>;
  tries: number;
}

const orders: Order[] = [];

function ordered(scene: Scene, count: number, leaving: Leaving | undefined, clientLeft?: Promise<void>): string {
  orders.push({ scene, count, leaving, tries: 0, ...(clientLeft && { clientLeft }) });
  return `X-Order: ${orders.length - 1}\r\n`;
}

const whole: Script = async connection => {
  while (await connection.stream.any()) connection.send(ok(`GET ${(await connection.request()).target} `));
  connection.end();
};

/** Obeys; the second try of a request succeeds. */
const obedient: Script = async connection => {
  while (await connection.stream.any()) {
    const request = await connection.request();
    const order = orders[Number(field(request, 'x-order') ?? -1)];
    if (order === undefined) connection.send(ok(`GET ${request.target} `));
    else if (order.tries++ > 0 && request.target === '/retried') connection.send(ok('hello world'));
    else if (!(await leave(connection, order))) return;
  }
  connection.end();
};

/** Whether the connection is still there. */
async function leave(connection: Peer, { scene, count, leaving, clientLeft }: Order): Promise<boolean> {
  const text = scene.head + scene.rest;
  connection.send(text.slice(0, count));
  await turns(count % 3);
  if (leaving === 'reset') connection.reset();
  if (leaving === 'end') connection.end();
  if (leaving !== undefined) return false;
  await clientLeft;
  connection.send(text.slice(count));
  if (scene.endless) connection.end();
  return !scene.endless;
}

const retry = { attempts: 1, codes: [], backoff: 1 };
const rig = await startRig(
  { after },
  {
    script: obedient,
    units: port => [
      ...backend('api', port),
      route([{ path: '/retried', action: forward({ api: 1 }, {}, retry) }, { action: forward({ api: 1 }) }]),
    ],
  },
);

/** Status and content of what the client takes for a whole answer; undefined: it sees that there is none. */
function answered(client: Peer): Promise<readonly [number, string] | undefined> {
  return client.answer().then(
    ({ status, body }) => [status, status === 502 ? '' : body],
    () => undefined,
  );
}

/** What that has to be when the backend left after `count` bytes. */
function expected({ head, rest, status, content, endless }: Scene, count: number, leaving: Leaving) {
  if (endless && leaving === 'end' && count >= head.length) return [status, content.slice(0, count - head.length)];
  if (count === head.length + rest.length && !endless) return [status, content];
  return count < head.length ? [502, ''] : undefined;
}

const forms: Readonly<Record<string, (fields: string) => string>> = {
  GET: fields => get('/', fields),
  POST: fields => post('/', 'hello', fields),
};

for (const [name, scene] of Object.entries(SCENES)) {
  const length = scene.head.length + scene.rest.length;
  for (const leaving of ['end', 'reset'] as const) {
    test(`a backend leaves by ${leaving} after each byte of an answer ${name}: it is whole, 502 or visibly cut`, async () => {
      for (const [method, request] of Object.entries(forms)) {
        await forEachByte(length, async count => {
          const client = await rig.client();
          client.send(request(ordered(scene, count, leaving)));
          assert.deepEqual(await answered(client), expected(scene, count, leaving), `${method}, ${count} bytes`);
          client.socket.destroy();
        });
      }
      await assertSound(rig);
    });
  }
}

test('with a try left, an answer of which nothing was passed on is another one', async () => {
  for (const scene of [SCENES.chunked!, SCENES['behind an interim one']!]) {
    const passedOn = scene.head.indexOf('\r\n\r\n') + 4;
    for (const leaving of ['end', 'reset'] as const) {
      await forEachByte(scene.head.length + scene.rest.length, async count => {
        const client = await rig.client();
        client.send(post('/retried', 'hello', ordered(scene, count, leaving)));
        const wanted = count < passedOn ? [200, 'hello world'] : expected(scene, count, leaving);
        assert.deepEqual(await answered(client), wanted, `${leaving}, ${count} bytes`);
        client.socket.destroy();
      });
    }
  }
});

test('a client of HTTP/1.0 sees a reset where an answer breaks off, for nothing else would tell', async () => {
  const scene = SCENES.chunked!;
  await forEachByte(scene.rest.length - 1, async count => {
    const client = await rig.client();
    const order = ordered(scene, scene.head.length + count, 'end');
    client.send(get('/', order).replace('HTTP/1.1', 'HTTP/1.0'));
    assert.equal(await answered(client), undefined, `${count} bytes of the body`);
  });
});

test('behind an answer that breaks off the next request of a pipeline has its own, or none', async () => {
  for (const scene of Object.values(SCENES)) {
    await forEachByte(scene.head.length + scene.rest.length, async count => {
      const client = await rig.client();
      client.send(get('/', ordered(scene, count, 'end')) + get('/next'));
      const first = await answered(client);
      assert.deepEqual(first, expected(scene, count, 'end'), `${count} bytes`);
      assert.deepEqual(await answered(client), first && [200, 'GET /next '], `behind ${count} bytes`);
      client.socket.destroy();
    });
  }
});

for (const [name, scene] of Object.entries(SCENES)) {
  for (const leaving of ['end', 'reset'] as const) {
    test(`a client leaves by ${leaving} at each byte of an answer ${name}`, async () => {
      await forEachByte(scene.head.length + scene.rest.length, async count => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const client = await rig.client();
        client.send(get('/', ordered(scene, count, undefined, promise)));
        await turns(4 + (count % 4));
        if (leaving === 'end') client.end();
        else client.reset();
        resolve();
        if (leaving === 'end')
          assert.deepEqual(await answered(client), [scene.status, scene.content], `${count} bytes`);
      });
      await assertSound(rig);
    });
  }
}

/** A tunnel with a word in it. */
const AGREEMENT: Scene = {
  head: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  rest: 'hello',
  status: 101,
  content: 'hello',
};
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n';

for (const leaving of ['end', 'reset'] as const) {
  test(`a backend leaves by ${leaving} after each byte of its agreement to an upgrade: 502, or a tunnel that ends alike`, async () => {
    const { head, rest } = AGREEMENT;
    await forEachByte(head.length + rest.length, async count => {
      const client = await rig.client();
      client.send(get('/', UPGRADE + ordered(AGREEMENT, count, leaving)));
      const start = await client.stream.through('\r\n\r\n');
      assert.equal(start.split(' ')[1], count < head.length ? '502' : '101', `${count} bytes`);
      if (count >= head.length) {
        const { bytes, ending } = await client.stream.rest();
        assert.ok(rest.startsWith(bytes.toString('latin1')));
        if (leaving === 'end') assert.equal(bytes.length, count - head.length);
        assert.equal(ending, leaving);
      }
      client.socket.destroy();
    });
    await assertSound(rig);
  });
}

test('a mirror that leaves at each byte of its answer is not felt', async t => {
  const mirror = await startBackend(obedient);
  t.after(mirror.stop);
  const units = (port: number) => [
    ...backend('api', port),
    ...backend('mirror', mirror.port),
    route([{ filters: [{ kind: 'mirror', backend: backendName('mirror'), share: 1 }], action: forward({ api: 1 }) }]),
  ];
  const mirrored = await startRig(t, { units, script: whole });
  for (const scene of [SCENES['of known length']!, SCENES['with trailers']!]) {
    for (const leaving of ['end', 'reset'] as const) {
      await forEachByte(scene.head.length + scene.rest.length, async count => {
        const client = await mirrored.client();
        client.send(get('/mine', ordered(scene, count, leaving)));
        assert.deepEqual(await answered(client), [200, 'GET /mine ']);
        client.socket.destroy();
      });
    }
  }
  await assertSound(mirrored);
  await assertNothingLeft(mirrored, ['api', 'mirror']);
});

test('afterwards nothing is left in the proxy', () => assertNothingLeft(rig));
