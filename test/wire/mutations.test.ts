import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { ok } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { type Answer, readAnswer } from './message.ts';
import { chunked, get, post, type Rig, startRig } from './rig.ts';

/**
 * Messages broken at random, with a second parser (llhttp, inside Node) on the other side of the proxy: whatever the proxy
 * passes on must mean to that parser what it meant to the proxy.
 */
const ATTACK = get('/attack');
const HEAD = 'POST /d HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';
const MESSAGES = [
  get('/a', 'X-One: 1\r\n'),
  post('/b', ATTACK),
  post('/c', 'hello', 'Connection: keep-alive\r\n'),
  HEAD + chunked([ATTACK, 'hello']),
  HEAD + chunked(['hello'], 'X-Sum: 5\r\n'),
];
const ANSWERS = [
  ok('hello', 'X-One: 1\r\n'),
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', ok('stolen')], 'X-Sum: 5\r\n')}`,
  'HTTP/1.1 204 No Content\r\nX-One: 1\r\n\r\n',
  `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('hello')}`,
];
const TOKENS = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  ' ',
  '\t',
  '\x00',
  '\x0b',
  '\x7f',
  '\x80',
  ':',
  ',',
  ';',
  '0',
  '1',
  '5',
  '-',
  '+',
  '0x',
  'A',
  '/',
  '?',
  '#',
  '%',
  '\\',
  '..',
  'chunked',
  'HTTP/1.0',
  'Connection: close\r\n',
  'Connection: content-length\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Host: b.example\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: h2c\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  '0\r\n\r\n',
  ' \r\n',
  ATTACK,
];

interface Mutation {
  readonly kind: 'insert' | 'replace' | 'remove' | 'repeat';
  readonly place: number;
  readonly length: number;
  readonly token: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'remove', 'repeat'),
  place: fc.nat(1_000),
  length: fc.integer({ min: 1, max: 30 }),
  token: fc.constantFrom(...TOKENS),
});

function mutate(text: string, { kind, place, length, token }: Mutation): string {
  const at = place % (text.length + 1);
  const rest = text.slice(at);
  switch (kind) {
    case 'insert':
      return text.slice(0, at) + token + rest;
    case 'replace':
      return text.slice(0, at) + token + rest.slice(token.length);
    case 'remove':
      return text.slice(0, at) + rest.slice(length);
    case 'repeat':
      return text.slice(0, at) + rest.slice(0, length) + rest;
  }
}

/** Several messages in a row, changed in one to three places. */
function mutated(messages: readonly string[], most: number): fc.Arbitrary<string> {
  const sequence = fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: most });
  const changes = fc.array(mutation, { minLength: 1, maxLength: 3 });
  return fc.tuple(sequence, changes).map(([texts, list]) => list.reduce(mutate, texts.join('')));
}

/** Whole requests as llhttp reads them, and what it could not read. */
const seen: string[] = [];
const unread: string[] = [];
const reader = createServer((request, response) => {
  request.on('error', () => {}).resume();
  request.on('end', () => {
    seen.push(`${request.method} ${request.url}`);
    response.end(`${request.method} ${request.url}`);
  });
});
/** The proxy may break a connection off at any place, and llhttp knows fewer methods than there are. */
const HARMLESS = ['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE', 'HPE_INVALID_METHOD'];
reader.on('clientError', (error: NodeJS.ErrnoException, socket) => {
  if (!HARMLESS.includes(error.code ?? '')) unread.push(`${error.code} ${error.message}`);
  socket.destroy();
});
reader.listen(0, '127.0.0.1');
await once(reader, 'listening');
after(() => {
  reader.close();
  reader.closeAllConnections();
});
const { port: readerPort } = reader.address() as AddressInfo;

const toReader = await startRig(
  { after },
  { units: () => [...backend('api', readerPort), route([{ action: forward({ api: 1 }) }])] },
);

/** All answers that come until the proxy closes the connection. */
async function answersTo(rig: Rig, pieces: readonly string[]): Promise<Answer[]> {
  const client = await rig.client();
  await client.sendPieces(pieces);
  client.end();
  const answers: Answer[] = [];
  while (await client.stream.any()) answers.push(await readAnswer(client.stream));
  client.socket.destroy();
  return answers;
}

test('what is passed on of broken requests is read by another parser as it was meant', async () => {
  const property = async (bytes: string) => {
    seen.length = 0;
    unread.length = 0;
    const answers = await answersTo(toReader, [bytes]);
    assert.deepEqual(unread, [], 'the other parser understands everything');
    assert.deepEqual(
      answers.filter(answer => answer.status === 200).map(answer => answer.body),
      seen,
      'every whole request got its answer, and nothing else was one',
    );
  };
  await fc.assert(fc.asyncProperty(mutated(MESSAGES, 3), property), { numRuns: 400 });
});

test('broken requests are judged alike however their bytes arrive', async () => {
  const rig = await startRig({ after });
  const outcome = async (pieces: readonly string[]) => {
    rig.backend.requests.length = 0;
    const answers = await answersTo(rig, pieces);
    // Which of two faults is named may depend on which is seen first.
    const passed = rig.backend.requests.map(({ method, target, body }) => `${method} ${target} ${body}`);
    return { answers: answers.map(({ status }) => (status < 400 ? status : 'refused')), passed };
  };
  // A head that never ends may be refused early or late, so each gets an end.
  const property = async (bytes: string) => {
    const ended = `${bytes}\r\n\r\n`;
    assert.deepEqual(await outcome([...ended]), await outcome([ended]));
  };
  await fc.assert(fc.asyncProperty(mutated(MESSAGES, 2), property), { numRuns: 150 });
});

let reply = '';
const fromBroken = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        const { target } = await connection.request();
        connection.send(target === '/broken' ? reply : ok(target));
        if (target === '/broken') connection.end();
      }
      connection.end();
    },
  },
);

/** What Node's own client makes of an answer: its status and body, or the code of its error. */
function ask(port: number, path: string): Promise<{ status: number; body: string } | { code: string }> {
  return new Promise(resolve => {
    const headers = { Host: 'a.example' };
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }, answer => {
      let body = '';
      answer.setEncoding('latin1').on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }));
    sent.end();
  });
}

test('what is passed on of broken answers is read by another parser, and never reaches the next request', async () => {
  const property = async (bytes: string) => {
    reply = bytes;
    const broken = await ask(fromBroken.port, '/broken');
    if ('code' in broken) assert.equal(broken.code, 'ECONNRESET', 'cut, but not garbled');
    const next = await ask(fromBroken.port, '/next');
    assert.deepEqual(next, { status: 200, body: '/next' });
  };
  await fc.assert(fc.asyncProperty(mutated(ANSWERS, 2), property), { numRuns: 300 });
});
