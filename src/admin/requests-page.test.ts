import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { createSharedMemory, NOTHING_COUNTED, type ProxyWorker, type TailedLines } from '../proxy/index.ts';
import { startAdmin } from './admin.ts';
import { requestsPage } from './requests-page.ts';
import { createTailing, type Tailing } from './tailing.ts';

interface Setup {
  readonly tailing: Tailing;
  readonly url: string;
  /** A client that reads nothing until it is told to. */
  client(query?: string): Promise<IncomingMessage>;
}

async function setup(t: TestContext): Promise<Setup> {
  const tailing = createTailing();
  const admin = await startAdmin('127.0.0.1', 0, { '/requests': requestsPage(tailing) });
  t.after(() => admin.close());
  const url = `${admin.url}/requests`;
  return {
    tailing,
    url,
    async client(query = '') {
      const [response] = await once(get(`${url}${query}`, { agent: false }), 'response');
      t.after(() => response.destroy());
      return response;
    },
  };
}

const REFUSED: readonly (readonly [query: string, error: string])[] = [
  ['?rute=a/b', 'there is no parameter rute; there are route, host, method, path, status'],
  ['?status=6xx', 'status=6xx: must be statuses or classes of them, for example 404 or 404,5xx'],
  ['?host=a&host=b', 'host=a,b: must be a host name without port, for example shop.example or *.example'],
];

for (const [query, error] of REFUSED) {
  test(`${query} is refused`, async t => {
    const { url } = await setup(t);
    const response = await fetch(url + query);
    assert.deepEqual([response.status, await response.json()], [400, { error }]);
  });
}

test('a client too many is refused, until one is gone', async t => {
  const { url, client } = await setup(t);
  const clients = await Promise.all(Array.from({ length: 16 }, () => client('?status=404&status=5xx')));
  const refused = await fetch(url);
  assert.equal(refused.status, 503);
  assert.match(await refused.text(), /"error": "16 clients look on already/);
  clients[0]!.destroy();
  for (let status = 503; status !== 200; ) status = (await client()).statusCode!;
});

/** A worker that always has lines: a megabyte each time that it is asked, `times` times. */
function talkative(times: number) {
  const line = `{"n":"${'x'.repeat(1_000)}"}\n`;
  const bytes = Buffer.from(line.repeat(1_000));
  let asked = 0;
  const done = Promise.withResolvers<void>();
  const worker: ProxyWorker = {
    memory: createSharedMemory(),
    lane: 0,
    apply: async () => ({ bound: {}, failures: [] }),
    report: async () => NOTHING_COUNTED,
    lastReport: NOTHING_COUNTED,
    async tail([watch]): Promise<readonly TailedLines[]> {
      await new Promise(resolve => setImmediate(resolve));
      if (watch === undefined || asked++ === 0) return [];
      if (asked <= times + 1) return [{ watch: watch.id, bytes, count: 1_000, dropped: 0 }];
      done.resolve();
      return new Promise(() => {});
    },
    beats: () => 0,
    drain: async () => {},
    close: async () => {},
    onExit: () => {},
  };
  return { worker, done: done.promise };
}

test('a client that stops reading costs lines, whose number it is told when it reads again', async t => {
  const { tailing, client } = await setup(t);
  const { worker, done } = talkative(100);
  tailing.join(worker);
  const slow = await client();
  await done;
  let [got, missing, text] = [0, 0, ''];
  for await (const piece of slow.setEncoding('utf8')) {
    const lines = (text + piece).split('\n');
    text = lines.pop()!;
    got += lines.filter(line => line.startsWith('{"n"')).length;
    for (const line of lines) missing += Number(/^\{"dropped":(\d+)\}$/.exec(line)?.[1] ?? 0);
    if (got + missing >= 100_000) break;
  }
  assert.equal(got + missing, 100_000);
  // The bound is a megabyte; sockets hold a few more.
  assert.ok(got > 0 && got < 30_000, `${got} came`);
});

test('streams end with the gateway', async t => {
  const { tailing, client } = await setup(t);
  const response = await client();
  tailing.close();
  const text = await response.setEncoding('utf8').toArray();
  assert.match(text.join(''), /^(\{"following":0\}\n)?$/);
});
