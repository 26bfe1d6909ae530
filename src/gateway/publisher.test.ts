import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bind, type Delta, seal, type Unit } from '../ir/index.ts';
import { type Applied, createSharedMemory, NOTHING_COUNTED, type ProxyWorker } from '../proxy/index.ts';
import { createPublisher } from './publisher.ts';

const backend = (name: string): Unit =>
  seal({ kind: 'Backend', name, protocol: 'http1', origin: { kind: 'Service', namespace: 'ns', name } });
const bind = (name: string): Bind => seal({ kind: 'Bind', name, host: '127.0.0.1', port: 0, listeners: [] });
const upserts = (...units: readonly Unit[]): Delta => ({ upserts: units, removals: [] });

const memory = createSharedMemory();

/** A worker that answers at once, until it is told to die; then nothing under way is answered. */
function scriptedWorker(port: number) {
  const received: Delta[] = [];
  let exit = (_message: string) => {};
  let dead = false;
  let rejectAll = (_error: Error) => {};
  const death = new Promise<never>((_, reject) => {
    rejectAll = reject;
  });
  death.catch(() => {});
  const worker: ProxyWorker = {
    async apply(delta): Promise<Applied> {
      if (dead) return death;
      received.push(delta);
      await Promise.race([death, new Promise(resolve => setImmediate(resolve))]);
      const binds = delta.upserts.filter(unit => unit.kind === 'Bind');
      return { bound: Object.fromEntries(binds.map(({ name, host }) => [name, { host, port }])), failures: [] };
    },
    memory,
    lane: 0,
    report: async () => NOTHING_COUNTED,
    lastReport: NOTHING_COUNTED,
    beats: () => 0,
    drain: async () => {},
    close: async () => {},
    onExit(callback) {
      exit = callback;
    },
  };
  function die(message: string): void {
    dead = true;
    rejectAll(new Error(message));
    exit(message);
  }
  return { worker, received, die };
}

function publisherWith(...workers: readonly ReturnType<typeof scriptedWorker>[]) {
  const deaths: string[] = [];
  let started = 0;
  const replaced = Promise.withResolvers<Applied>();
  const publisher = createPublisher({
    start: () => workers[started++]!.worker,
    onDeath: message => deaths.push(message),
    onReplaced: replaced.resolve,
  });
  publisher.start();
  return { publisher, deaths, replaced: replaced.promise };
}

const kindsAndNames = (delta: Delta | undefined) => delta?.upserts.map(unit => `${unit.kind} ${unit.name}`);

test('units are remembered in wire order, removed ones forgotten', async () => {
  const { publisher } = publisherWith(scriptedWorker(1));
  await publisher.apply(upserts(bind('b'), backend('x'), backend('y')));
  await publisher.apply({ upserts: [], removals: [{ kind: 'Backend', name: 'x' }] });
  assert.deepEqual(kindsAndNames({ upserts: publisher.units(), removals: [] }), ['Backend y', 'Bind b']);
});

test('a worker that dies is replaced by one that gets everything, on the port that clients know', async () => {
  const [first, second] = [scriptedWorker(4711), scriptedWorker(4711)];
  const { publisher, deaths, replaced } = publisherWith(first, second);
  await publisher.apply(upserts(backend('x'), bind('b')));
  first.die('out of memory');
  await replaced;
  assert.deepEqual(deaths, ['out of memory']);
  assert.deepEqual(kindsAndNames(second.received[0]), ['Backend x', 'Bind b']);
  const pinned = second.received[0]?.upserts.find(unit => unit.kind === 'Bind');
  assert.equal(pinned?.port, 4711);
});

test('a delta that dies with its worker is live when the next one has taken everything', async () => {
  const [first, second] = [scriptedWorker(1), scriptedWorker(1)];
  const { publisher } = publisherWith(first, second);
  const applied = publisher.apply(upserts(backend('x'), bind('b')));
  first.die('gone');
  assert.deepEqual(await applied, { bound: { b: { host: '127.0.0.1', port: 1 } }, failures: [] });
  assert.deepEqual(kindsAndNames(second.received[0]), ['Backend x', 'Bind b']);
});

test('a delta that comes while a worker is being replaced waits for it', async () => {
  const [first, second] = [scriptedWorker(1), scriptedWorker(1)];
  const { publisher } = publisherWith(first, second);
  await publisher.apply(upserts(bind('b')));
  first.die('gone');
  await publisher.apply(upserts(backend('late')));
  assert.deepEqual(kindsAndNames(second.received[0]), ['Backend late', 'Bind b']);
});
