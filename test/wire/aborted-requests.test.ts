import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { describe, eventually, type Script, startBackend } from './backend.ts';
import { assertNothingLeft, type Leaving, turns } from './books.ts';
import { backend, backendName, forward, type RuleSpec, route } from './config.ts';
import { field } from './message.ts';
import type { Peer } from './peer.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

/** Clients that leave after each byte of what they have to say: what they did not finish was never said. */
const script: Script = async connection => {
  while (await connection.stream.any()) {
    const request = await connection.request(head => {
      if (field(head, 'expect') !== undefined) connection.send('HTTP/1.1 100 Continue\r\n\r\n');
    });
    if (field(request, 'upgrade') === undefined) connection.send(describe(request));
    else return echo(connection);
  }
  connection.end();
};

async function echo(connection: Peer): Promise<void> {
  connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  while (await connection.stream.any()) connection.send(await connection.stream.take(1));
  connection.end();
}

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n';
const inChunks = (target: string) =>
  `POST ${target} HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ' world'], 'X-Sum: 1\r\n')}`;

interface Scene {
  /** What the client says to targets that begin with this, request by request. */
  readonly say: (target: string) => readonly string[];
  /** Said behind the requests, in a tunnel. */
  readonly behind?: string;
  /** Of the rule, besides its backend. */
  readonly rule?: Partial<RuleSpec>;
}

const mirrored: Partial<RuleSpec> = { filters: [{ kind: 'mirror', backend: backendName('mirror'), share: 1 }] };
const retried: Partial<RuleSpec> = { action: forward({ api: 1 }, {}, { attempts: 2, codes: [503], backoff: 1 }) };

const SCENES: Readonly<Record<string, Scene>> = {
  get: { say: target => [get(target, 'X-One: 1\r\n')] },
  length: { say: target => [post(target, 'hello world')] },
  chunks: { say: target => [inChunks(target)] },
  pipeline: { say: target => [post(`${target}a`, 'hello'), inChunks(`${target}b`), get(`${target}c`)] },
  expect: { say: target => [post(target, 'hello', 'Expect: 100-continue\r\n')] },
  upgrade: { say: target => [get(target, UPGRADE)], behind: 'hello' },
  retried: { say: target => [inChunks(target)], rule: retried },
  mirrored: { say: target => [post(target, 'hello world')], rule: mirrored },
  'mirrored-chunks': { say: target => [inChunks(target)], rule: mirrored },
};

const mirror = await startBackend(script);
after(mirror.stop);
const rules = Object.entries(SCENES).map(([name, { rule }]) => ({
  path: `/${name}`,
  action: forward({ api: 1 }),
  ...rule,
}));
const rig = await startRig(
  { after },
  {
    script,
    units: port => [
      ...backend('api', port),
      ...backend('mirror', mirror.port),
      route([...rules, { action: forward({ api: 1 }) }]),
    ],
  },
);

interface Cut {
  readonly said: readonly string[];
  /** How many of them were said whole. */
  readonly whole: number;
  readonly target: string;
}

/** A client that says `count` bytes and leaves; gives what was said, and the bodies of the answers if it could wait for them. */
async function leaveAfter(
  name: string,
  scene: Scene,
  count: number,
  leaving: Leaving,
): Promise<Cut & { bodies: string[] }> {
  const target = `/${name}/${leaving}/${String(count).padStart(4, '0')}`;
  const said = scene.say(target);
  const client = await rig.client();
  client.send((said.join('') + (scene.behind ?? '')).slice(0, count));
  await turns(count % 4);
  if (leaving === 'end') client.end();
  else client.reset();
  const bodies: string[] = [];
  // A tunnel's bytes are no answer.
  if (leaving === 'end')
    while (await client.stream.any())
      await client.answer().then(
        ({ body }) => bodies.push(body),
        () => client.stream.rest(),
      );
  let length = 0;
  const whole = said.filter(request => {
    length += request.length;
    return length <= count;
  }).length;
  return { said, whole, target, bodies };
}

function asSeen(text: string): string {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [method, target] = head.split(' ');
  const body = head.includes('chunked') ? 'hello world' : rest.join('');
  return `${method} ${target} ${body}`;
}

for (const [name, scene] of Object.entries(SCENES)) {
  test(`a client leaves after each byte: ${name}`, async () => {
    const length = (scene.say(`/${name}/reset/0000`).join('') + (scene.behind ?? '')).length;
    for (const leaving of ['end', 'reset'] as const) {
      rig.backend.requests.length = 0;
      mirror.requests.length = 0;
      const cuts: Cut[] = [];
      for (let count = 0; count <= length; count += 16) {
        const batch = Array.from({ length: Math.min(16, length + 1 - count) }, (_, i) =>
          leaveAfter(name, scene, count + i, leaving),
        );
        for (const { bodies, ...cut } of await Promise.all(batch)) {
          cuts.push(cut);
          if (leaving === 'reset' || scene.behind !== undefined) continue;
          assert.deepEqual(bodies, cut.said.slice(0, cut.whole).map(asSeen), cut.target);
        }
      }
      const seen = rig.backend.requests.map(({ method, target, body }) => `${method} ${target} ${body}`).sort();
      const allowed = cuts.flatMap(({ said, whole }) => said.slice(0, whole).map(asSeen)).sort();
      if (leaving === 'end') assert.deepEqual(seen, allowed);
      else
        assert.deepEqual(
          seen.filter(one => !allowed.includes(one)),
          [],
        );
      const copied = mirror.requests.map(({ method, target, body }) => `${method} ${target} ${body}`);
      assert.deepEqual(
        copied.filter(one => !allowed.includes(one)),
        [],
      );
      await assertSound(rig);
    }
  });
}

for (const leaving of ['end', 'reset'] as const) {
  test(`a client leaves by ${leaving} while its request waits for another try`, async t => {
    const action = forward({ api: 1 }, {}, { attempts: 1, codes: [503], backoff: 200 });
    const failing = await startRig(t, {
      script: async connection => {
        while (await connection.stream.any()) {
          await connection.request();
          connection.send('HTTP/1.1 503 Failed\r\nContent-Length: 0\r\n\r\n');
        }
      },
      units: port => [...backend('api', port), route([{ action }])],
    });
    const clients = await Promise.all(Array.from({ length: 20 }, () => failing.client()));
    for (const client of clients) client.send(post('/', 'hello'));
    await eventually(() => failing.backend.requests.length === 20, 'all were tried once');
    await turns(4);
    for (const client of clients) {
      if (leaving === 'end') client.end();
      else client.reset();
    }
    if (leaving === 'end') for (const client of clients) assert.equal((await client.answer()).status, 503);
    await assertNothingLeft(failing);
    assert.equal(failing.backend.requests.length, leaving === 'end' ? 40 : 20);
  });
}

test('a client leaves while its request waits for an endpoint that neither takes nor refuses connections', async t => {
  let attempts = 0;
  let cancelled = 0;
  const connect = () => {
    attempts++;
    return { cancel: () => void cancelled++ };
  };
  const deaf = await startRig(t, { runtime: { ...nodeRuntime, connect } });
  for (const request of [get('/'), post('/', 'hello'), post('/', 'hello').slice(0, -2)]) {
    const client = await deaf.client();
    client.send(request);
    await eventually(() => attempts === cancelled + 1, 'a connection is tried');
    client.reset();
    await eventually(() => attempts === cancelled, 'it is given up');
  }
  await assertNothingLeft(deaf);
});

test('afterwards nothing is left in the proxy', () => assertNothingLeft(rig, ['api', 'mirror']));
