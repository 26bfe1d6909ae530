import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answering, ok, startBackend } from './backend.ts';
import { backend, backendName, forward, listener, route } from './config.ts';
import { field } from './message.ts';
import { get, post, type Rig, startRig } from './rig.ts';

const [blue, green] = [
  await startBackend(answering(() => ok('blue'))),
  await startBackend(answering(() => ok('green'))),
];
after(() => blue.stop());
after(() => green.stop());

const refused = { kind: 'failure', status: 500, reason: 'BackendNotFound' } as const;
const rig = await startRig(
  { after },
  {
    units: port => [
      ...backend('api', port),
      ...backend('empty'),
      ...backend('blue', blue.port),
      ...backend('green', green.port),
      route(
        [
          { path: '/ok', action: forward({ api: 1 }) },
          { path: '/failed', action: refused },
          { path: '/unknown', action: forward({ nobody: 1 }) },
          { path: '/empty', action: forward({ empty: 1 }) },
          {
            path: '/moved',
            action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b.example' } },
          },
          {
            path: '/elsewhere',
            action: { kind: 'redirect', redirect: { kind: 'redirect', status: 301, hostname: 'b.example' } },
            filters: [{ kind: 'responseHeaders', set: [['location', '/there']], add: [], remove: [] }],
          },
          { path: '/split', action: forward({ blue: 7, green: 3 }) },
          { path: '/zero', action: forward({ blue: 1, green: 0 }) },
          {
            path: '/sometimes',
            action: {
              kind: 'forward',
              timeouts: {},
              backends: [
                { weight: 5, filters: [], target: { kind: 'backend', backend: backendName('blue') } },
                {
                  weight: 5,
                  filters: [],
                  target: { kind: 'redirect', redirect: { kind: 'redirect', status: 302, hostname: 'b.example' } },
                },
              ],
            },
          },
          {
            path: '/partly',
            action: {
              kind: 'forward',
              timeouts: {},
              backends: [
                { weight: 8, filters: [], target: { kind: 'backend', backend: backendName('blue') } },
                { weight: 2, filters: [], target: refused },
              ],
            },
          },
        ],
        ['a.example'],
      ),
    ],
  },
);

for (const [target, status] of [
  ['/nothing', 404],
  ['/failed', 500],
  ['/unknown', 500],
  ['/empty', 503],
] as const) {
  test(`${target} is answered ${status}, says why in a word and nothing of the inside`, async () => {
    const client = await rig.client();
    client.send(get(target));
    const answer = await client.answer();
    assert.equal(answer.status, status);
    assert.match(field(answer, 'content-type') ?? '', /^text\/plain/);
    assert.equal(answer.framing, 'length');
    assert.ok(answer.body.length > 0);
    assert.doesNotMatch(
      answer.head + answer.body,
      /default|127\.0\.0|Service\/|nobody|\.ts\b|node:|Error:|undefined|NaN/,
    );
  });

  test(`the connection goes on after ${target}, also with a body and with HEAD`, async () => {
    const client = await rig.client();
    client.send(post(target, 'hello') + get(target).replace('GET', 'HEAD') + get('/ok'));
    assert.equal((await client.answer()).status, status);
    const head = await client.answer('HEAD');
    assert.equal(head.status, status);
    assert.equal((await client.answer()).body, 'GET /ok ');
  });
}

test('a body that is not wanted is taken or the connection closed: it is never a request', async () => {
  for (const size of [100, 100_000, 5_000_000]) {
    const client = await rig.client();
    client.send(post('/nothing', get('/ok').padEnd(size, 'x')));
    client.send(get('/ok'));
    assert.equal((await client.answer()).status, 404);
    if (await client.stream.any()) assert.equal((await client.answer()).body, 'GET /ok ');
    client.socket.destroy();
  }
  assert.ok(rig.backend.requests.every(request => request.body === ''));
});

test('a host that no route has is answered 404', async () => {
  const client = await rig.client();
  client.send(get('/ok').replace('a.example', 'b.example') + get('/ok'));
  assert.equal((await client.answer()).status, 404);
  assert.equal((await client.answer()).status, 200);
});

test('a host that no listener has is answered 404', async () => {
  const own = await startRig({ after });
  await own.apply([listener('c.example')]);
  const client = await own.client();
  client.send(get('/'));
  assert.equal((await client.answer()).status, 404);
  client.send(get('/').replace('a.example', 'c.example:8080'));
  assert.equal((await client.answer()).status, 200);
  client.send(get('/').replace('a.example', 'C.EXAMPLE'));
  assert.equal((await client.answer()).status, 200);
});

test('a redirect says where to', async () => {
  const client = await rig.client();
  client.send(`${get('/moved/here?a=b')}${get('/ok')}`);
  const answer = await client.answer();
  assert.equal(answer.status, 301);
  assert.equal(field(answer, 'location'), 'http://b.example/moved/here?a=b');
  assert.equal((await client.answer()).status, 200);
});

test('a redirect has one Location, whatever its filters set', async () => {
  const client = await rig.client();
  client.send(get('/elsewhere'));
  assert.equal(field(await client.answer(), 'location'), '/there');
});

async function shares(from: Rig, target: string, count: number): Promise<Map<string, number>> {
  const client = await from.client();
  const seen = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    client.send(get(target));
    const answer = await client.answer();
    const key = answer.status === 200 ? answer.body : String(answer.status);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return seen;
}

function assertShare(seen: Map<string, number>, key: string, share: number): void {
  const total = [...seen.values()].reduce((sum, one) => sum + one, 0);
  const got = (seen.get(key) ?? 0) / total;
  assert.ok(Math.abs(got - share) <= 0.05, `${key} got ${got} of the requests, not ${share}`);
}

test('backends get their shares', async () => {
  const seen = await shares(rig, '/split', 2_000);
  assertShare(seen, 'blue', 0.7);
  assertShare(seen, 'green', 0.3);
});

test('a weight of 0 gets nothing', async () => {
  assert.deepEqual([...(await shares(rig, '/zero', 200))], [['blue', 200]]);
});

test('a share may be a redirect', async () => {
  const seen = await shares(rig, '/sometimes', 2_000);
  assertShare(seen, 'blue', 0.5);
  assertShare(seen, '302', 0.5);
});

for (const balancing of ['round-robin', 'least-request'] as const) {
  test(`${balancing}: both endpoints of a backend are used`, async () => {
    const own = await startRig(
      { after },
      {
        options: { balancing },
        units: () => [...backend('api', blue.port, green.port), route([{ action: forward({ api: 1 }) }])],
      },
    );
    const seen = await shares(own, '/', 200);
    for (const name of ['blue', 'green'])
      assert.ok((seen.get(name) ?? 0) >= 40, `${name} got ${seen.get(name)} of 200`);
  });
}

test('the share of a backend that cannot be is answered 500', async () => {
  const seen = await shares(rig, '/partly', 2_000);
  assertShare(seen, 'blue', 0.8);
  assertShare(seen, '500', 0.2);
});
