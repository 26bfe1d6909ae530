import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { type Backend, describe, eventually, type Script, startBackend } from './backend.ts';
import { assertNothingLeft, forEachByte, type Leaving, turns } from './books.ts';
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

/** A client says `count` bytes and leaves; the bodies of the answers, if it can wait for them. */
async function leaveAfter(text: string, count: number, leaving: Leaving): Promise<readonly string[]> {
  const client = await rig.client();
  client.send(text.slice(0, count));
  await turns(count % 4);
  if (leaving === 'end') client.end();
  else client.reset();
  return leaving === 'end' ? answersOf(client) : [];
}

/** Those that are whole in the first `count` bytes of all. */
function wholeIn(requests: readonly string[], count: number): readonly string[] {
  let length = 0;
  return requests.filter(request => {
    length += request.length;
    return length <= count;
  });
}

/** Bodies of the answers that come before the end of the connection, or before the bytes of a tunnel. */
async function answersOf(client: Peer): Promise<string[]> {
  const bodies: string[] = [];
  while (await client.stream.any()) {
    const answer = await client.answer().catch(() => undefined);
    if (answer === undefined) break;
    bodies.push(answer.body);
  }
  await client.stream.rest();
  return bodies;
}

/** A request as {@link seenBy} has it. */
function asSeen(text: string): string {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [method, target] = head.split(' ');
  const body = head.includes('chunked') ? 'hello world' : rest.join('');
  return `${method} ${target} ${body}`;
}

/** Whole requests. */
function seenBy({ requests }: Backend): string[] {
  return requests.map(({ method, target, body }) => `${method} ${target} ${body}`).sort();
}

for (const [name, { say, behind = '' }] of Object.entries(SCENES)) {
  test(`a client leaves after each byte: ${name}`, async () => {
    const length = (say(`/${name}/reset/0000`).join('') + behind).length;
    for (const leaving of ['end', 'reset'] as const) {
      const allowed: string[] = [];
      rig.backend.requests.length = 0;
      mirror.requests.length = 0;
      await forEachByte(length, async count => {
        const requests = say(`/${name}/${leaving}/${String(count).padStart(4, '0')}`);
        const whole = wholeIn(requests, count).map(asSeen);
        allowed.push(...whole);
        const bodies = await leaveAfter(requests.join('') + behind, count, leaving);
        if (leaving === 'end' && behind === '') assert.deepEqual(bodies, whole, `${count} bytes`);
      });
      if (leaving === 'end') assert.deepEqual(seenBy(rig.backend), allowed.sort());
      for (const one of [...seenBy(rig.backend), ...seenBy(mirror)]) assert.ok(allowed.includes(one), one);
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
