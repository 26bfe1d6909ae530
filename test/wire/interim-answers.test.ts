import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, ok, type Script } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { field } from './message.ts';
import type { Peer } from './peer.ts';
import { chunked, get, post, startRig } from './rig.ts';

const EARLY = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Sends `first` when a head is here and `last` when the body is. */
function inTwo(first: string, last: string): Script {
  return async connection => {
    while (await connection.stream.any()) {
      await connection.request(() => connection.send(first));
      connection.send(last);
    }
  };
}

async function interims(client: Peer): Promise<{ readonly statuses: number[]; readonly heads: string; body: string }> {
  const statuses: number[] = [];
  let heads = '';
  const { body } = await client.answer('GET', ({ status, head }) => {
    statuses.push(status);
    heads += head;
  });
  return { statuses, heads, body };
}

const ROWS: readonly (readonly [name: string, request: string, first: string, passed: readonly number[]])[] = [
  ['103 to HTTP/1.1', get('/'), EARLY, [103]],
  ['103 to HTTP/1.0', get('/').replace('HTTP/1.1', 'HTTP/1.0'), EARLY, []],
  ['100 to who did not ask', post('/', 'hello'), CONTINUE, []],
  ['100 to who asked', post('/', 'hello', 'Expect: 100-continue\r\n'), CONTINUE, [100]],
  ['100 to who asked in capitals', post('/', 'hello', 'expect: 100-CONTINUE\r\n'), CONTINUE, [100]],
  ['100 to HTTP/1.0', post('/', 'hello', 'Expect: 100-continue\r\n').replace('1.1', '1.0'), CONTINUE, []],
  ['102, 103 and 100', post('/', 'hello', 'Expect: 100-continue\r\n'), PROCESSING + EARLY + CONTINUE, [102, 103, 100]],
  ['199', get('/'), 'HTTP/1.1 199 Whatever\r\n\r\n', [199]],
];

for (const [name, request, first, passed] of ROWS) {
  test(`${name}: ${passed.length === 0 ? 'none' : passed} before the answer`, async () => {
    const rig = await startRig({ after }, { script: inTwo(first, ok('done')) });
    const client = await rig.client();
    client.send(request);
    const { statuses, heads, body } = await interims(client);
    assert.deepEqual([statuses, body], [passed, 'done']);
    assert.doesNotMatch(heads, /connection|x-hop/i);
    if (request.includes('/1.0')) assert.doesNotMatch(rig.backend.requests[0]!.head, /expect/i);
    else if (passed.includes(103)) assert.match(heads, /\r\nLink: <\/a.css>\r\n/);
  });
}

const ASKING = post('/', 'hello', 'Expect: 100-continue\r\n').slice(0, -5);

for (const [name, answer] of [
  ['417', 'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno'],
  ['413', 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno'],
  ['200', ok('no')],
] as const) {
  test(`${name} before the body that waits to be asked for: passed on, and the client need not send it`, async () => {
    const rig = await startRig({ after }, { script: inTwo(answer, '') });
    const client = await rig.client();
    client.send(ASKING);
    const { status, body, fields } = await client.answer();
    assert.deepEqual([status, body, field({ fields }, 'connection')], [Number(name), 'no', 'close']);
    assert.deepEqual([(await client.stream.rest()).bytes.length, rig.backend.requests.length], [0, 0]);
  });
}

test('an expectation that we do not know is for the backend to meet or refuse', async () => {
  const rig = await startRig(
    { after },
    { script: inTwo('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n', '') },
  );
  const client = await rig.client();
  client.send(post('/', 'hello', 'Expect: x-all\r\n').slice(0, -5));
  assert.equal((await client.answer()).status, 417);
  assert.equal(field(rig.backend.heads[0]!, 'expect'), 'x-all');
});

test('who waits to be asked is answered at once where there is nothing to ask', async () => {
  const rig = await startRig(
    { after },
    { units: port => [...backend('api', port), route([{ path: '/api', action: forward({ api: 1 }) }])] },
  );
  const client = await rig.client();
  client.send(ASKING);
  const answer = await client.answer();
  assert.deepEqual([answer.status, field(answer, 'connection')], [404, 'close']);
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

test('a client that sends its body without being asked is served, and its connection goes on', async () => {
  const rig = await startRig({ after });
  const client = await rig.client();
  client.send(post('/', 'hello', 'Expect: 100-continue\r\n') + get('/next'));
  for (const body of ['POST / hello', 'GET /next ']) assert.equal((await client.answer()).body, body);
});

test('the head with Expect is at the backend before a byte of the body, also of one in chunks', async () => {
  const rig = await startRig({ after }, { script: inTwo(CONTINUE, ok('done')) });
  const client = await rig.client();
  client.send('POST / HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n');
  assert.equal(await client.stream.through('\r\n\r\n'), CONTINUE);
  await eventually(() => rig.backend.heads.length === 1, 'the head is there');
  client.send(chunked(['hello']));
  assert.equal((await client.answer()).body, 'done');
  assert.equal(rig.backend.requests[0]!.body, 'hello');
});
