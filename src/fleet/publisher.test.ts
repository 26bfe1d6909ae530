import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bind, type Delta, seal, type Unit } from '../ir/index.ts';
import {
  type Applied,
  type BindFailure,
  createSharedMemory,
  NOTHING_COUNTED,
  type ProxyWorker,
} from '../proxy/index.ts';
import { createPublisher } from './publisher.ts';
import type { PublisherOptions } from './publisher-options.ts';

const backend = (name: string): Unit =>
  seal({ kind: 'Backend', name, protocol: 'http1', origin: { kind: 'Service', namespace: 'ns', name } });
const bind = (name: string): Bind => seal({ kind: 'Bind', name, host: '127.0.0.1', port: 0, listeners: [] });
const upserts = (...units: readonly Unit[]): Delta => ({ upserts: units, removals: [] });

const failureOf = (name: string): BindFailure => ({ bind: name, code: 'EADDRINUSE', message: 'in use' });
const memory = createSharedMemory();

/** A worker that answers at once, until it is told to die; then nothing under way is answered. */
function scriptedWorker(port: number, refused: readonly string[] = [], counted = NOTHING_COUNTED) {
  const received: Delta[] = [];
  const claims: boolean[] = [];
  let mute: Promise<void> | undefined;
  let exit = (_message: string) => {};
  let dead = false;
  let rejectAll = (_error: Error) => {};
  const death = new Promise<never>((_, reject) => {
    rejectAll = reject;
  });
  death.catch(() => {});
  const worker: ProxyWorker = {
    async apply(delta, { claim }): Promise<Applied> {
      if (dead) return death;
      received.push(delta);
      claims.push(claim);
      await mute;
      await Promise.race([death, new Promise(resolve => setImmediate(resolve))]);
      const binds = delta.upserts.filter(unit => unit.kind === 'Bind');
      const failures = binds.filter(({ name }) => refused.includes(name)).map(({ name }) => failureOf(name));
      const opened = binds.filter(({ name }) => !refused.includes(name));
      return { bound: Object.fromEntries(opened.map(({ name, host }) => [name, { host, port }])), failures };
    },
    memory,
    lane: 0,
    report: async () => NOTHING_COUNTED,
    lastReport: counted,
    tail: async () => [],
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
  function silence(until: Promise<void>): void {
    mute = until;
  }
  return { worker, received, claims, die, silence };
}

type Scripted = ReturnType<typeof scriptedWorker>;

/** A publisher with all of the workers from the beginning. */
function fleetOf(workers: readonly Scripted[], options: Partial<PublisherOptions> = {}) {
  const [silent, unbound]: [number[], string[]] = [[], []];
  let started = 0;
  const publisher = createPublisher({
    workers: workers.length,
    start: () => (workers[started++] ?? scriptedWorker(9)).worker,
    onDeath: () => {},
    onReplaced: () => {},
    onSilent: count => silent.push(count),
    onUnbound: ({ bind: name, code }) => unbound.push(`${name} ${code}`),
    ackTime: 50,
    ...options,
  });
  publisher.start();
  return { publisher, silent, unbound };
}

function publisherWith(...workers: readonly Scripted[]) {
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

test('the first worker opens a socket, the others follow with its port and without what it could not have', async () => {
  const [first, second] = [scriptedWorker(4711, ['taken']), scriptedWorker(4711)];
  const { publisher, unbound } = fleetOf([first, second]);
  const { failures } = await publisher.apply(upserts(backend('x'), bind('taken'), bind('free')));
  assert.deepEqual(failures, [failureOf('taken')]);
  assert.deepEqual(unbound, []);
  assert.deepEqual([first.claims, second.claims], [[true], [false]]);
  const [follows] = second.received;
  assert.deepEqual(kindsAndNames(follows), ['Backend x', 'Bind free']);
  assert.ok(follows?.upserts[1]?.kind === 'Bind' && follows.upserts[1].port === 4711);
});

test('a change that opens no socket goes to all at once', async () => {
  const [first, second] = [scriptedWorker(1), scriptedWorker(1)];
  const { publisher } = fleetOf([first, second]);
  await publisher.apply(upserts(bind('b')));
  const release = Promise.withResolvers<void>();
  first.silence(release.promise);
  const applied = publisher.apply(upserts(backend('x')));
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(second.received.map(kindsAndNames), [['Bind b'], ['Backend x']]);
  release.resolve();
  await applied;
});

test('a worker that could not open a socket that another has is told of; the socket stands', async () => {
  const { publisher, unbound } = fleetOf([scriptedWorker(1), scriptedWorker(1, ['b'])]);
  const { failures, bound } = await publisher.apply(upserts(bind('b')));
  assert.deepEqual([failures, Object.keys(bound), unbound], [[], ['b'], ['b EADDRINUSE']]);
});

test('a socket that a worker could not open is opened when it can be', async () => {
  const refused = ['b'];
  const [first, second] = [scriptedWorker(1), scriptedWorker(1, refused)];
  const { publisher, unbound } = fleetOf([first, second]);
  await publisher.apply(upserts(bind('b')));
  assert.equal(publisher.isWhole(), false);
  await publisher.makeWhole();
  assert.equal(publisher.isWhole(), false);
  refused.pop();
  await publisher.makeWhole();
  assert.equal(publisher.isWhole(), true);
  assert.deepEqual(second.received.map(kindsAndNames), [['Bind b'], ['Bind b'], ['Bind b']]);
  assert.deepEqual([first.received.length, second.claims, unbound], [1, [false, false, false], ['b EADDRINUSE']]);
});

test('a worker that does not answer is left out and told of, until it does', async () => {
  const [first, second] = [scriptedWorker(1), scriptedWorker(1)];
  const { publisher, silent } = fleetOf([first, second]);
  const release = Promise.withResolvers<void>();
  second.silence(release.promise);
  assert.deepEqual(Object.keys((await publisher.apply(upserts(bind('b')))).bound), ['b']);
  assert.deepEqual(silent, [1]);
  await publisher.apply(upserts(backend('x')));
  release.resolve();
  await publisher.apply(upserts(backend('y')));
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(silent.at(-1), 0);
  assert.deepEqual(second.received.map(kindsAndNames), [['Bind b'], ['Backend x'], ['Backend y']]);
});

test('the only worker is waited for, however long it takes', async () => {
  const worker = scriptedWorker(1);
  const { publisher } = fleetOf([worker]);
  const release = Promise.withResolvers<void>();
  worker.silence(release.promise);
  let done = false;
  const applied = publisher.apply(upserts(bind('b'))).then(() => {
    done = true;
  });
  await new Promise(resolve => setTimeout(resolve, 150));
  assert.equal(done, false);
  release.resolve();
  await applied;
});

test('the next worker opens the sockets if the first one dies over it', async () => {
  const [first, second] = [scriptedWorker(1), scriptedWorker(2)];
  const { publisher } = fleetOf([first, second]);
  const applied = publisher.apply(upserts(bind('b')));
  await new Promise(resolve => setImmediate(resolve));
  first.die('gone');
  assert.equal((await applied).bound.b?.port, 2);
});

test('what a dead worker counted stays, but for backends that are gone', async () => {
  const samples = new Map(['x', 'gone'].map(name => [`backend="${name}"`, 3]));
  const counter = { name: 'copies_total', help: '.', type: 'counter', over: 'sum', samples } as const;
  const [first, second] = [scriptedWorker(1, [], { requests: [], readings: [counter] }), scriptedWorker(1)];
  const { publisher, replaced } = publisherWith(first, second);
  await publisher.apply(upserts(backend('x')));
  first.die('gone');
  await replaced;
  const text = await publisher.metrics();
  assert.match(text, /^copies_total\{backend="x"\} 3$/m);
  assert.doesNotMatch(text, /backend="gone"/);
  assert.match(text, /^sluice_worker_restarts_total 1$/m);
});

test('a port that a successor got is the same for those after it', async () => {
  const workers = [scriptedWorker(1), scriptedWorker(4711), scriptedWorker(4711)];
  const { publisher, replaced } = publisherWith(...workers);
  const applied = publisher.apply(upserts(bind('b')));
  workers[0]!.die('gone');
  assert.equal((await applied).bound.b?.port, 4711);
  await replaced;
  workers[1]!.die('gone too');
  await publisher.apply(upserts(backend('x')));
  const pinned = workers[2]!.received[0]?.upserts.find(unit => unit.kind === 'Bind');
  assert.equal(pinned?.port, 4711);
});

test('a worker that starts in the middle of a change hears of everything first', async () => {
  const [first, second, third] = [scriptedWorker(1), scriptedWorker(1), scriptedWorker(1)];
  const { publisher } = fleetOf([first, second, third], { workers: 2, ackTime: 5_000 });
  await publisher.apply(upserts(backend('x'), bind('b')));
  const release = Promise.withResolvers<void>();
  first.silence(release.promise);
  const applied = publisher.apply(upserts(bind('new')));
  second.die('gone');
  await new Promise(resolve => setTimeout(resolve, 20));
  release.resolve();
  await applied;
  await publisher.apply(upserts(backend('y')));
  assert.deepEqual(third.received.map(kindsAndNames), [['Backend x', 'Bind b', 'Bind new'], ['Backend y']]);
});

/** As `scriptedWorker`, but it can't follow routes of this hash. */
function refusing(hash: string) {
  const scripted = scriptedWorker(1);
  const apply: ProxyWorker['apply'] = async (delta, share) => {
    const odd = delta.upserts.filter(unit => unit.hash === hash);
    const applied = await scripted.worker.apply(delta, share);
    return { ...applied, rejections: odd.map(({ kind, name }) => ({ kind, name, message: 'odd' })) };
  };
  return { ...scripted, worker: { ...scripted.worker, apply } };
}

const routeOf = (created: number): Unit =>
  seal({
    kind: 'Route',
    name: 'r',
    route: 'ns/r',
    created,
    attachments: [],
    rules: [],
    origin: { kind: 'HTTPRoute', namespace: 'ns', name: 'r' },
  });

for (const keep of ['objects', 'texts'] as const) {
  test(`what workers can't follow is taken back, for those after them too (${keep})`, async () => {
    const [good, odd, better] = [routeOf(1), routeOf(2), routeOf(3)];
    const { publisher } = fleetOf([refusing(odd.hash), refusing(odd.hash)], { keep });
    await publisher.apply(upserts(good));
    await publisher.apply(upserts(odd, backend('x')));
    assert.deepEqual(publisher.rejections(), [{ kind: 'Route', name: 'r', message: 'odd' }]);
    assert.deepEqual(
      publisher.units().map(({ hash }) => hash),
      [backend('x').hash, good.hash],
    );
    await publisher.apply(upserts(better));
    assert.deepEqual(publisher.rejections(), []);
    assert.ok(publisher.units().some(({ hash }) => hash === better.hash));
    await publisher.apply(upserts({ ...odd, name: 'another' }));
    assert.equal(publisher.units().length, 2);
    await publisher.apply({ upserts: [], removals: [{ kind: 'Route', name: 'another' }] });
    assert.deepEqual(publisher.rejections(), []);
  });
}

test('what is not understood never reaches a worker', async () => {
  const worker = scriptedWorker(1);
  const { publisher } = fleetOf([worker], { version: '0.1' });
  const future: Unit = JSON.parse(JSON.stringify({ ...backend('x'), quota: 1 }));
  await publisher.apply(upserts(future, backend('y')));
  assert.deepEqual(worker.received.map(kindsAndNames), [['Backend y']]);
  const [rejection] = publisher.rejections();
  assert.match(rejection?.message ?? '', /'quota', a field that this proxy \(0\.1\) does not know/);
});

test('a socket that nobody could open is tried again when that is asked', async () => {
  const refused = ['b'];
  const { publisher } = fleetOf([scriptedWorker(1, refused), scriptedWorker(1, refused)]);
  assert.equal((await publisher.apply(upserts(bind('b')))).failures.length, 1);
  assert.equal((await publisher.reopen()).failures.length, 1);
  refused.pop();
  assert.deepEqual(Object.keys((await publisher.reopen()).bound), ['b']);
  assert.equal(publisher.isWhole(), true);
});
