import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { describe, type Script, startBackend } from './backend.ts';
import { assertNothingLeft, forEachByte, type Leaving } from './books.ts';
import { backend, backendName, forward, route } from './config.ts';
import { field } from './message.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

/** Backends and mirrors that leave after each byte of a request that they get. */
interface Order {
  /** Bytes of the request, as it comes, after which the first that hears of it leaves. */
  readonly count: number;
  readonly leaving: Leaving;
  obeyed: boolean;
}

/** Where each byte would take too long. */
const STEP = 3;

const orders: Order[] = [];

function ordered(count: number, leaving: Leaving): string {
  orders.push({ count, leaving, obeyed: false });
  return `X-Order: ${String(orders.length - 1).padStart(5, '0')}\r\n`;
}

/** Reads whole requests but for those that it is ordered not to; a head comes in one piece. */
const obedient: Script = async connection => {
  while (await connection.stream.any()) {
    const number = /^x-order: (\d+)/im.exec(connection.stream.waiting().toString('latin1'))?.[1];
    const order = orders[Number(number ?? -1)];
    if (order === undefined || order.obeyed) {
      connection.send(
        describe(
          await connection.request(head => {
            if (field(head, 'expect') !== undefined) connection.send('HTTP/1.1 100 Continue\r\n\r\n');
          }),
        ),
      );
      continue;
    }
    order.obeyed = true;
    await connection.stream.take(order.count);
    return order.leaving === 'end' ? connection.end() : connection.reset();
  }
  connection.end();
};

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n';

/** Head and body apart; the body comes byte by byte. */
type Form = (path: string, fields: string) => readonly [head: string, body: string];

const REQUESTS: Readonly<Record<string, Form>> = {
  'a GET': (path, fields) => [get(path, fields), ''],
  'an upgrade': (path, fields) => [get(path, fields + UPGRADE), ''],
  'a body of known length': (path, fields) => [post(path, 'hello world', fields).slice(0, -11), 'hello world'],
  'a body that is asked for': (path, fields) => [
    post(path, 'hello', `Expect: 100-continue\r\n${fields}`).slice(0, -5),
    'hello',
  ],
  chunks: (path, fields) => [
    `POST ${path} HTTP/1.1\r\nHost: a.example\r\n${fields}Transfer-Encoding: chunked\r\n\r\n`,
    chunked(['hello', ' world'], 'X-Sum: 1\r\n'),
  ],
};

const mirror = await startBackend(obedient);
after(mirror.stop);
const sound = await startBackend(async connection => {
  while (await connection.stream.any()) connection.send(describe(await connection.request()));
  connection.end();
});
after(sound.stop);
const rig = await startRig(
  { after },
  {
    script: obedient,
    units: port => [
      ...backend('api', port),
      ...backend('mirror', mirror.port),
      ...backend('sound', sound.port),
      route([
        { path: '/measure', action: forward({ sound: 1 }) },
        { path: '/retried', action: forward({ api: 1 }, {}, { attempts: 1, codes: [], backoff: 1 }) },
        {
          path: '/doubled',
          filters: [{ kind: 'mirror', backend: backendName('mirror'), share: 1 }],
          action: forward({ sound: 1 }),
        },
        { action: forward({ api: 1 }) },
      ]),
    ],
  },
);

/** How the request is answered whose backend leaves after `count` bytes. */
async function answerOf(request: readonly [head: string, body: string]): Promise<string> {
  const client = await rig.client();
  const sent = client.sendPieces([request[0], ...request[1]]);
  const { status, body } = await client.answer();
  await sent;
  client.socket.destroy();
  return status === 200 ? body : String(status);
}

/** Bytes of a request as a backend gets it, for any of the targets: they are of one length. */
async function lengthOf(form: Form): Promise<number> {
  const seen = sound.requests.length;
  const request = form('/measure', 'X-Order: 99999\r\n');
  await answerOf(request);
  const { head, body, framing } = sound.requests[seen]!;
  return head.length + (framing === 'chunked' ? request[1].length : body.length);
}

const LEAVINGS: readonly Leaving[] = ['end', 'reset'];
const TWICE = Object.entries(REQUESTS).filter(([name]) => name !== 'an upgrade');

for (const [name, form] of Object.entries(REQUESTS)) {
  test(`a backend leaves after each byte of ${name}: 502`, async () => {
    for (const leaving of LEAVINGS) {
      await forEachByte(await lengthOf(form), async count => {
        const answer = await answerOf(form('/another', ordered(count, leaving)));
        assert.equal(answer, '502', `${count} bytes, ${leaving}`);
      });
    }
  });
}

for (const [name, form] of TWICE) {
  for (const [target, what] of [
    ['/retried', 'a backend leaves, and another try is left'],
    ['/doubled', 'a mirror leaves, and nobody feels it'],
  ] as const) {
    test(`${what}: ${name}`, async () => {
      const whole = await lengthOf(form);
      for (const leaving of LEAVINGS)
        await forEachByte(whole, count => succeed(name, form, target, count, leaving), STEP);
      await assertSound(rig);
    });
  }
}

async function succeed(name: string, form: Form, target: string, count: number, leaving: Leaving): Promise<void> {
  const [head, body] = form(target, ordered(count, leaving));
  const content = name === 'chunks' ? 'hello world' : body;
  assert.equal(
    await answerOf([head, body]),
    `${head.split(' ')[0]} ${target} ${content}`,
    `${count} bytes, ${leaving}`,
  );
}

test('afterwards nothing is left in the proxy', () => assertNothingLeft(rig, ['api', 'mirror', 'sound']));
