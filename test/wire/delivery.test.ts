import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { answering, describe, ok } from './backend.ts';
import type { Fields } from './message.ts';
import { chunked, get, post, startRig } from './rig.ts';

/** However the bytes of a message are cut into packets, the other side gets the same message. */
const REQUESTS: Readonly<Record<string, string>> = {
  'a plain request': get('/a?b=c', 'X-One: 1\r\nX-Two:  2 \r\n'),
  'a body of known length': post('/a', 'hello world'),
  chunks: `POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ' ', 'world!!!!!!!!!!!!'])}`,
  'chunks with extensions': `POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0;c="d"\r\n\r\n`,
  trailers: `POST /a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n${chunked(['hello'], 'X-Sum: 5\r\n')}`,
  'five in a pipeline': [1, 2, 3, 4, 5].map(i => (i % 2 ? get(`/${i}`) : post(`/${i}`, `body ${i}`))).join(''),
};

const ANSWERS: Readonly<Record<string, string>> = {
  'a body of known length': ok('hello world', 'X-One: 1\r\n'),
  'an empty body': ok(''),
  chunks: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ' ', 'world!!!!!!!!!!!!'])}`,
  'chunks with trailers': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello'], 'X-Sum: 5\r\n')}`,
  'no content': 'HTTP/1.1 204 No Content\r\nX-One: 1\r\n\r\n',
  'an interim answer before': `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('hello')}`,
};

let reply: readonly string[] = [];
const requests = await startRig({ after }, { script: answering(describe) });
const answers = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        await connection.request();
        await connection.sendPieces(reply);
      }
      connection.end();
    },
  },
);

/** What differs from one request to the next by design. */
function stable(fields: Fields): Fields {
  return fields.filter(([name]) => name !== 'x-request-id' && name !== 'date');
}

async function passRequests(pieces: readonly string[], count: number) {
  requests.backend.requests.length = 0;
  const client = await requests.client();
  const sent = client.sendPieces(pieces);
  const bodies: string[] = [];
  for (let i = 0; i < count; i++) bodies.push((await client.answer()).body);
  await sent;
  client.socket.destroy();
  const seen = requests.backend.requests.map(({ method, target, fields, body, trailers }) => {
    return { method, target, body, trailers, fields: stable(fields).filter(([name]) => name !== 'transfer-encoding') };
  });
  return { bodies, seen };
}

async function passAnswer(pieces: readonly string[]) {
  reply = pieces;
  const client = await answers.client();
  client.send(get('/'));
  const interim: number[] = [];
  const { status, fields, body, trailers } = await client.answer('GET', one => interim.push(one.status));
  client.socket.destroy();
  return { status, fields: stable(fields), body, trailers };
}

/** Pieces of a text, cut after the given places. */
function split(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...new Set(cuts.map(cut => cut % text.length).sort((a, b) => a - b)), text.length];
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}

const cuts = fc.array(fc.nat(2_000), { minLength: 1, maxLength: 12 });

for (const [name, text] of Object.entries(REQUESTS)) {
  const count = name.startsWith('five') ? 5 : 1;
  test(`request byte by byte: ${name}`, async () => {
    assert.deepEqual(await passRequests([...text], count), await passRequests([text], count));
  });
  test(`request in random pieces: ${name}`, async () => {
    const whole = await passRequests([text], count);
    const property = async (places: number[]) =>
      assert.deepEqual(await passRequests(split(text, places), count), whole);
    await fc.assert(fc.asyncProperty(cuts, property), { numRuns: 15 });
  });
}

for (const [name, text] of Object.entries(ANSWERS)) {
  test(`answer byte by byte: ${name}`, async () => {
    assert.deepEqual(await passAnswer([...text]), await passAnswer([text]));
  });
  test(`answer in random pieces: ${name}`, async () => {
    const whole = await passAnswer([text]);
    const property = async (places: number[]) => assert.deepEqual(await passAnswer(split(text, places)), whole);
    await fc.assert(fc.asyncProperty(cuts, property), { numRuns: 15 });
  });
}

test('whole messages say what was sent', async () => {
  const { seen } = await passRequests([REQUESTS.trailers!], 1);
  assert.equal(seen[0]!.body, 'hello');
  const answer = await passAnswer([ANSWERS.chunks!]);
  assert.equal(answer.body, 'hello world!!!!!!!!!!!!');
});
