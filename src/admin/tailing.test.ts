import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createSharedMemory, NOTHING_COUNTED, type ProxyWorker, type TailedLines, type Watch } from '../proxy/index.ts';
import { createTailing } from './tailing.ts';

const memory = createSharedMemory();

/** A worker that answers a new list of watches at once, and further questions when it is told to. */
function scriptedWorker() {
  const asked: (readonly Watch[])[] = [];
  let pending = Promise.withResolvers<readonly TailedLines[]>();
  let dead = false;
  const ids = (watches: readonly Watch[] | undefined) => JSON.stringify(watches?.map(({ id }) => id) ?? []);
  const worker: ProxyWorker = {
    memory,
    lane: 0,
    apply: async () => ({ bound: {}, failures: [] }),
    report: async () => NOTHING_COUNTED,
    lastReport: NOTHING_COUNTED,
    async tail(watches) {
      if (dead) throw new Error('the worker ended');
      const before = asked.at(-1);
      asked.push(watches);
      pending.resolve([]);
      pending = Promise.withResolvers();
      return ids(before) === ids(watches) && watches.length > 0 ? pending.promise : [];
    },
    beats: () => 0,
    drain: async () => {},
    close: async () => {},
    onExit: () => {},
  };
  return {
    worker,
    asked,
    say: (lines: readonly TailedLines[]) => pending.resolve(lines),
    die() {
      dead = true;
      pending.reject(new Error('the worker ended'));
    },
  };
}

const lines = (watch: number, text: string, dropped = 0): TailedLines => ({
  watch,
  bytes: Buffer.from(text),
  count: text.split('\n').length - 1,
  dropped,
});

async function settled(): Promise<void> {
  for (let n = 0; n < 5; n++) await turn();
}

/** What the client has got since it was asked last. */
function said(stream: PassThrough): string {
  let text = '';
  for (let piece = stream.read(); piece !== null; piece = stream.read()) text += piece;
  return text;
}

test('workers hear of clients when there are any, each client gets its own lines, and the first says who follows', async () => {
  const tailing = createTailing();
  const [one, two] = [scriptedWorker(), scriptedWorker()];
  tailing.join(one.worker);
  tailing.join(two.worker);
  assert.deepEqual([one.asked, two.asked], [[], []]);
  const [a, b] = [new PassThrough(), new PassThrough()];
  tailing.watch({ route: 'ns/a' }, a);
  tailing.watch({}, b);
  await settled();
  assert.equal(said(a), '{"following":2}\n');
  assert.equal(said(b), '{"following":2}\n');
  assert.deepEqual(
    one.asked.at(-1)?.map(({ filter }) => filter),
    [{ route: 'ns/a' }, {}],
  );
  const [first, second] = two.asked.at(-1)!.map(({ id }) => id);
  two.say([lines(first!, '1\n'), lines(second!, '1\n2\n')]);
  await settled();
  assert.equal(said(a), '1\n');
  assert.equal(said(b), '1\n2\n');
  b.destroy();
  a.destroy();
  await settled();
  assert.deepEqual(one.asked.at(-1), []);
});

test('a worker that joins is told, and one that dies takes nothing with it', async () => {
  const tailing = createTailing();
  const [one, two] = [scriptedWorker(), scriptedWorker()];
  tailing.join(one.worker);
  const client = new PassThrough();
  tailing.watch({}, client);
  await settled();
  one.die();
  tailing.leave(one.worker);
  tailing.join(two.worker);
  await settled();
  two.say([lines(two.asked.at(-1)![0]!.id, 'of the second\n')]);
  await settled();
  assert.equal(said(client), '{"following":1}\nof the second\n');
});

test('a client that reads slowly loses lines, is told how many, and no more is kept for it than a bound', async () => {
  const tailing = createTailing();
  const one = scriptedWorker();
  tailing.join(one.worker);
  const client = new PassThrough({ highWaterMark: 1 });
  tailing.watch({}, client);
  await settled();
  const { id } = one.asked.at(-1)![0]!;
  const large = `${'x'.repeat(299_999)}\n`;
  for (let n = 0; n < 10; n++) {
    one.say([lines(id, large, 2)]);
    await settled();
  }
  assert.ok(client.writableLength + client.readableLength < 2_000_000);
  let text = '';
  for (let n = 0; n < 50; n++) {
    text += said(client);
    await settled();
  }
  const got = text.split('\n').filter(line => line.startsWith('x')).length;
  const missing = [...text.matchAll(/^\{"dropped":(\d+)\}$/gm)].reduce((sum, [, number]) => sum + Number(number), 0);
  assert.ok(got > 2 && got < 10, `${got} lines came`);
  assert.equal(got + missing, 30);
});

test('a client that hears nothing is sent empty lines', async () => {
  const tailing = createTailing(5);
  const client = new PassThrough();
  tailing.watch({}, client);
  let text = '';
  while (!text.endsWith('}\n\n\n')) {
    await new Promise(resolve => setTimeout(resolve, 5));
    text += said(client);
  }
  assert.equal(text, '{"following":0}\n\n\n');
  client.destroy();
});

test('there is room for so many clients, and for another when one is gone', async () => {
  const tailing = createTailing();
  const clients = Array.from({ length: 16 }, () => new PassThrough());
  for (const client of clients) {
    assert.equal(tailing.full, false);
    tailing.watch({}, client);
  }
  assert.equal(tailing.full, true);
  clients[0]!.destroy();
  await settled();
  assert.equal(tailing.full, false);
  tailing.close();
  assert.ok(clients.every(client => client.writableEnded || client.destroyed));
});
