import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ok } from './backend.ts';
import { field, readAnswer } from './message.ts';
import { assertSound, get, startRig } from './rig.ts';

/** What a backend says instead of an answer; `closes`: it hangs up behind it. */
interface Row {
  readonly name: string;
  readonly bytes: string;
  readonly closes?: boolean;
}

const STOLEN = ok('stolen');

function head(...lines: string[]): string {
  return `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\nhello${STOLEN}`;
}

function statusLine(line: string): string {
  return `${line}\r\nContent-Length: 5\r\n\r\nhello`;
}

/** Broken before anything was passed on: the client gets 502. */
const BROKEN_HEADS: readonly Row[] = [
  { name: 'both lengths', bytes: head('Content-Length: 5', 'Transfer-Encoding: chunked') },
  { name: 'both lengths, the other way round', bytes: head('Transfer-Encoding: chunked', 'Content-Length: 5') },
  { name: 'two lengths that differ', bytes: head('Content-Length: 5', 'Content-Length: 6') },
  { name: 'a list of lengths', bytes: head('Content-Length: 5, 6') },
  { name: 'a length with a plus', bytes: head('Content-Length: +5') },
  { name: 'a negative length', bytes: head('Content-Length: -5') },
  { name: 'a length that is no number', bytes: head('Content-Length: five') },
  { name: 'an empty length', bytes: head('Content-Length:') },
  { name: 'a length beyond 2^64', bytes: head('Content-Length: 18446744073709551621') },
  { name: 'an unknown coding', bytes: head('Transfer-Encoding: xchunked') },
  { name: 'a coding after chunked', bytes: head('Transfer-Encoding: chunked, gzip') },
  { name: 'chunked twice', bytes: head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') },
  { name: 'chunked in HTTP/1.0', bytes: head('Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0') },
  { name: 'a space before the colon', bytes: head('Content-Length : 5') },
  { name: 'a fold', bytes: head('X: a', ' b', 'Content-Length: 5') },
  { name: 'a bare CR in a value', bytes: head('X: a\rb', 'Content-Length: 5') },
  { name: 'a bare LF between fields', bytes: head('X: a\nContent-Length: 5') },
  { name: 'a NUL in a value', bytes: head('X: a\x00b', 'Content-Length: 5') },
  { name: 'a line without a colon', bytes: head('Nothing', 'Content-Length: 5') },
  { name: 'an empty name', bytes: head(': x', 'Content-Length: 5') },
  { name: 'a space in a name', bytes: head('X Y: z', 'Content-Length: 5') },
  { name: 'a status of two digits', bytes: statusLine('HTTP/1.1 20 OK') },
  { name: 'a status of four digits', bytes: statusLine('HTTP/1.1 2000 OK') },
  { name: 'a status that is no number', bytes: statusLine('HTTP/1.1 abc OK') },
  { name: 'a status below 100', bytes: statusLine('HTTP/1.1 099 OK') },
  { name: 'no status', bytes: statusLine('HTTP/1.1') },
  { name: 'two spaces before the status', bytes: statusLine('HTTP/1.1  200 OK') },
  { name: 'a NUL in the reason', bytes: statusLine('HTTP/1.1 200 O\x00K') },
  { name: 'version 2.0', bytes: statusLine('HTTP/2.0 200 OK') },
  { name: 'another protocol', bytes: statusLine('ICY 200 OK') },
  { name: 'a request', bytes: 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n' },
  { name: 'garbage', bytes: 'hello\r\n\r\n' },
  { name: 'a TLS alert', bytes: '\x15\x03\x01\x00\x02\x02\x46', closes: true },
  { name: 'nothing', bytes: '', closes: true },
  { name: 'a part of the status line', bytes: 'HTTP/1.1 20', closes: true },
  { name: 'a part of the head', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n', closes: true },
  { name: 'a head of 200 KB', bytes: head(`X: ${'a'.repeat(200_000)}`, 'Content-Length: 5') },
  { name: 'a head without end', bytes: `HTTP/1.1 200 OK\r\n${'X: a\r\n'.repeat(30_000)}` },
  {
    name: 'an upgrade that nobody asked for',
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  },
];

/** Broken after the head was passed on: the client must see that the body is not whole. */
const BROKEN_BODIES: readonly Row[] = [
  { name: 'a body shorter than its length', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', closes: true },
  { name: 'no last chunk', bytes: chunks('5\r\nhello\r\n'), closes: true },
  { name: 'half a chunk', bytes: chunks('5\r\nhel'), closes: true },
  { name: 'no end of the trailers', bytes: chunks('5\r\nhello\r\n0\r\n'), closes: true },
  { name: 'a chunk size that is no number', bytes: chunks('5\r\nhello\r\nX\r\n\r\n') },
  { name: 'a chunk size with a minus', bytes: chunks('5\r\nhello\r\n-1\r\n\r\n') },
  { name: 'an empty chunk size', bytes: chunks('5\r\nhello\r\n\r\n\r\n') },
  { name: 'a chunk size beyond 2^64', bytes: chunks('5\r\nhello\r\n10000000000000000\r\n\r\n') },
  { name: 'a chunk longer than its size', bytes: chunks('5\r\nhelloworld\r\n0\r\n\r\n') },
  { name: 'a chunk followed by LF', bytes: chunks('5\r\nhello\n0\r\n\r\n') },
  { name: 'a chunk size followed by LF', bytes: chunks('5\nhello\r\n0\r\n\r\n') },
  { name: 'a folded trailer', bytes: chunks('5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n') },
  { name: 'a trailer without a colon', bytes: chunks('5\r\nhello\r\n0\r\nX\r\n\r\n') },
];

/** Whole answers with something behind; the answer counts, what follows never does. */
const TOO_MUCH: readonly (Row & { readonly method?: string; readonly body: string })[] = [
  { name: 'an answer behind a body of known length', bytes: ok('hello') + STOLEN, body: 'hello' },
  { name: 'an answer behind chunks', bytes: chunks('5\r\nhello\r\n0\r\n\r\n') + STOLEN, body: 'hello' },
  { name: 'a line behind a body', bytes: `${ok('hello')}\r\n`, body: 'hello' },
  { name: 'an answer behind 204', bytes: `HTTP/1.1 204 No Content\r\n\r\n${STOLEN}`, body: '' },
  { name: 'a body behind 304', bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello', body: '' },
  { name: 'a body behind the answer to HEAD', bytes: ok('hello'), method: 'HEAD', body: '' },
  {
    name: 'an answer behind the answer to HEAD',
    bytes: `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${STOLEN}`,
    method: 'HEAD',
    body: '',
  },
];

function chunks(raw: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${raw}`;
}

/** What the backend says to a request for `/broken`, and whether it hangs up. */
let script: Row = { name: '', bytes: '' };
const rig = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        const { method, target } = await connection.request();
        connection.send(target === '/broken' ? script.bytes : ok(`${method} ${target} `));
        if (target === '/broken' && script.closes) connection.end();
      }
      connection.end();
    },
  },
);

for (const row of BROKEN_HEADS) {
  test(`502: ${row.name}`, async () => {
    script = row;
    const client = await rig.client();
    client.send(get('/broken'));
    const answer = await client.answer();
    assert.equal(answer.status, 502, answer.body);
    assert.doesNotMatch(answer.head + answer.body, /stolen|hello/);
    await assertSound(rig);
  });
}

for (const row of BROKEN_BODIES) {
  test(`visibly cut: ${row.name}`, async () => {
    script = row;
    const client = await rig.client();
    client.send(get('/broken'));
    const answer = await readAnswer(client.stream).catch((error: Error) => error);
    if (!(answer instanceof Error)) assert.equal(answer.status, 502, `came whole: ${answer.body}`);
    else assert.match(answer.message, /^(end|reset) before /);
    await assertSound(rig);
  });
}

for (const row of TOO_MUCH) {
  test(`not passed on: ${row.name}`, async () => {
    script = row;
    const client = await rig.client();
    const method = row.method ?? 'GET';
    client.send(get('/broken').replace('GET', method));
    const answer = await client.answer(method);
    assert.equal(answer.body, row.body);
    if (field(answer, 'connection') === 'close') {
      assert.equal((await client.stream.rest()).bytes.length, 0);
    } else {
      client.send(get('/next'));
      assert.equal((await client.answer()).body, 'GET /next ');
    }
    await assertSound(rig);
  });
}

test('an answer that comes on an idle connection is never given to the next request', async () => {
  script = { name: '', bytes: ok('hello') };
  const client = await rig.client();
  client.send(get('/broken'));
  assert.equal((await client.answer()).body, 'hello');
  for (const connection of rig.backend.connections) if (connection.socket.writable) connection.send(STOLEN);
  await new Promise(resolve => setTimeout(resolve, 20));
  client.send(get('/next'));
  assert.equal((await client.answer()).body, 'GET /next ');
});
