import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createTailing } from '../../src/admin/index.ts';
import type { RequestFilter } from '../../src/proxy/index.ts';
import { until } from '../until.ts';
import { field } from '../wire/message.ts';
import { connectTo, type Peer } from '../wire/peer.ts';
import { type Deployment, deploy } from './deployment.ts';
import { clientsOf, connectToEach } from './look.ts';

const PATIENT = { timeout: 30_000 };

interface Looker {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Paths of the requests, sorted: workers tell of theirs in their own time. */
  paths(): readonly unknown[];
  readonly stream: PassThrough;
}

function looker(): Looker {
  const stream = new PassThrough();
  const lines: Readonly<Record<string, unknown>>[] = [];
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    lines.push(...all.filter(line => line !== '').map(line => JSON.parse(line)));
  });
  return { lines, stream, paths: () => lines.flatMap(({ path }) => path ?? []).sort() };
}

async function watched(t: { after(work: () => unknown): void }) {
  const tailing = createTailing();
  const publisher = { onStarted: tailing.join, onEnded: tailing.leave };
  const deployment = await deploy(t, { workers: 2, publisher });
  return {
    deployment,
    async look(filter: RequestFilter = {}): Promise<Looker> {
      const found = looker();
      tailing.watch(filter, found.stream);
      await until('workers follow', () => found.lines.length > 0);
      return found;
    },
  };
}

/** Whether it was the last of its connection. */
async function ask(peer: Peer, target: string): Promise<boolean> {
  peer.send(`GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
  const answer = await peer.answer();
  assert.equal(answer.status, 200);
  return field(answer, 'connection') === 'close';
}

test('requests of all workers are told, to each client those of its filter', PATIENT, async t => {
  const { deployment, look } = await watched(t);
  const [all, some] = [await look(), await look({ path: '/b' })];
  assert.deepEqual([all.lines[0], some.lines[0]], [{ following: 2 }, { following: 2 }]);
  const [[one], [two]] = (await connectToEach(deployment, 1)) as [[Peer], [Peer]];
  for (const target of ['/a/1', '/b/1']) await ask(one, target);
  for (const target of ['/a/2', '/b/2']) await ask(two, target);
  const told = () => all.paths().filter(path => path !== '/');
  await until('all are told', () => told().length >= 4);
  assert.deepEqual(told(), ['/a/1', '/a/2', '/b/1', '/b/2']);
  await until('some are told', () => some.paths().length >= 2);
  assert.deepEqual(some.paths(), ['/b/1', '/b/2']);
});

test('a worker that dies takes nothing with it, and the one in its place tells of its requests', PATIENT, async t => {
  const { deployment, look } = await watched(t);
  const all = await look();
  const [[one], [two]] = (await connectToEach(deployment, 1)) as [[Peer], [Peer]];
  await ask(two, '/before');
  await until('it is told', () => all.paths().includes('/before'));
  const replaced = deployment.replaced();
  deployment.strike({ lane: 1, end: 'throw' });
  await replaced;
  await ask(one, '/survivor');
  await until('the survivor tells', () => all.paths().includes('/survivor'));
  const target = await targetOfThird(deployment);
  await until('the new one tells', () => all.paths().includes(target));
});

/** A request that the third worker got. */
async function targetOfThird(deployment: Deployment): Promise<string> {
  for (let n = 0; ; n++) {
    const before = clientsOf(deployment, 2);
    const peer = await connectTo(deployment.port);
    await ask(peer, `/third/${n}`);
    if (clientsOf(deployment, 2) > before) return `/third/${n}`;
  }
}

test('a worker that leaves tells of its last requests', PATIENT, async t => {
  const { deployment, look } = await watched(t);
  const all = await look();
  const [, leaving] = await connectToEach(deployment, 1);
  const resized = deployment.publisher.resize(1, 5_000);
  let last = 0;
  for (const peer of leaving!) while (!(await ask(peer, `/last/${++last}`)));
  await resized;
  await until('it is told', () => all.paths().includes(`/last/${last}`));
});
