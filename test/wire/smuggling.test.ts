import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LlhttpReader } from '../../fuzz/llhttp.ts';
import { readOurRequests } from '../../fuzz/our-requests.ts';
import { passageFault } from '../../fuzz/passage.ts';
import { type Message, valuesOf } from '../../fuzz/reading.ts';
import { ANSWER_ATTACKS, type AnswerAttack } from './answer-attacks.ts';
import { ok, type Script } from './backend.ts';
import { backend, forward, route } from './config.ts';
import type { Peer } from './peer.ts';
import { REQUEST_ATTACKS, type RequestAttack, VICTIM } from './request-attacks.ts';
import { assertSound, get, startRig } from './rig.ts';

/**
 * Pairs of an attack and an innocent request behind it. All requests share one connection to the backend, where llhttp
 * reads what comes; what the client gets is read by llhttp too, which guesses less than those who are attacked.
 */
const ONE_CONNECTION = { maxUpstreamConnections: 1 };

/** Whole requests at the backend, and what llhttp could not read of what came. */
const heard: Message[] = [];
const unreadable: string[] = [];
let attack: AnswerAttack | undefined;

const script: Script = connection => {
  const reader = new LlhttpReader('requests');
  connection.socket.on('end', () => connection.end());
  connection.socket.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    if (reader.end === 'refused') {
      unreadable.push(reader.reason);
      connection.reset();
    }
    while (reader.messages[0]?.whole) respond(connection, reader.messages.shift()!);
  });
};

function respond(connection: Peer, request: Message): void {
  heard.push(request);
  if (attack === undefined || request.target !== '/attack') {
    const answer = ok(`${request.method} ${request.target} ${request.body}`);
    connection.send(request.method === 'HEAD' ? answer.slice(0, answer.indexOf('\r\n\r\n') + 4) : answer);
    return;
  }
  connection.send(attack.bytes);
  if (attack.closes) connection.end();
}

const rig = await startRig(
  { after },
  {
    options: ONE_CONNECTION,
    script,
    units: port => [
      ...backend('api', port),
      route([
        { action: forward({ api: 1 }) },
        {
          path: '/moved',
          action: { kind: 'redirect', redirect: { kind: 'redirect', status: 302, hostname: 'b.example' } },
        },
        { path: '/broken', action: { kind: 'failure', status: 500, reason: 'BackendNotFound' } },
      ]),
    ],
  },
);

/** All that the client gets until the proxy closes. */
async function answersTo(pieces: readonly string[], methods: readonly string[]): Promise<readonly Message[]> {
  const client = await rig.client();
  for (const piece of pieces) await client.sendPieces([piece]);
  client.end();
  const { bytes } = await client.stream.rest();
  const reader = new LlhttpReader('responses', methods);
  reader.push(bytes);
  reader.finish();
  assert.notEqual(reader.end, 'refused', `${reader.reason}: ${bytes.toString('latin1')}`);
  return reader.messages.filter(({ status }) => status >= 200);
}

function isOurs(answer: Message): boolean {
  return valuesOf(answer, 'via').length === 0;
}

async function assertAnswers({ bytes, answers }: RequestAttack, pieces: readonly string[]): Promise<void> {
  heard.length = 0;
  unreadable.length = 0;
  const accepted = readOurRequests([Buffer.from(bytes + VICTIM, 'latin1')]);
  const got = await answersTo(pieces, accepted.methods);
  assert.deepEqual(unreadable, []);
  const texts = answers.filter(answer => typeof answer === 'string');
  assert.deepEqual(
    got.map(answer => (isOurs(answer) ? answer.status : heardAs(answer, texts))),
    answers,
  );
  assert.deepEqual(
    heard.map(({ method, target, body }) => `${method} ${target} ${body}`),
    texts.map(withBody),
  );
  const passed = accepted.messages.filter((_, i) => typeof answers[i] === 'string');
  for (const [i, request] of heard.entries()) assert.equal(passageFault(passed[i]!, request), undefined);
}

/** The answer to HEAD has no text. */
function heardAs(answer: Message, texts: readonly string[]): string {
  return answer.body === '' ? (texts.find(text => text.startsWith('HEAD')) ?? '') : answer.body;
}

function withBody(text: string): string {
  return text.startsWith('HEAD') ? text + SMUGGLED : text;
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n';

for (const row of REQUEST_ATTACKS) {
  test(`request: ${row.name}`, async () => {
    await assertAnswers(row, [row.bytes + VICTIM]);
    await assertSound(rig);
    const middle = row.bytes.length >> 1;
    await assertAnswers(row, [row.bytes.slice(0, middle), row.bytes.slice(middle), VICTIM]);
    await assertSound(rig);
  });
}

/** The attack's answer as the client sees it, then that of the next request on the same connection, if it is still open. */
for (const row of ANSWER_ATTACKS) {
  test(`answer: ${row.name}`, async () => {
    attack = row;
    const client = await rig.client();
    client.send(get('/attack').replace('GET', row.method));
    const interims: number[] = [];
    const answer = await client
      .answer(row.method, ({ status }) => void interims.push(status))
      .catch((error: Error) => error);
    if (row.gets === 'cut')
      assert.ok(answer instanceof Error || answer.status === 502, 'the client takes it for whole');
    else {
      if (answer instanceof Error) throw answer;
      assert.deepEqual({ status: answer.status, body: answer.body }, { status: row.gets.status, body: row.gets.body });
      assert.deepEqual(interims, row.gets.interims ?? []);
      assert.doesNotMatch(answer.head, /stolen|content-length:.*transfer-encoding:/is);
      await assertNext(client);
    }
    client.socket.destroy();
    await assertSound(rig);
  });
}

async function assertNext(client: Peer): Promise<void> {
  client.send(get('/next'));
  if (!(await client.stream.any())) return;
  assert.equal((await client.answer()).body, 'GET /next ');
}

test('there are at least 120 pairs, no two alike', () => {
  const names = [
    ...REQUEST_ATTACKS.map(({ name }) => `request ${name}`),
    ...ANSWER_ATTACKS.map(({ name }) => `answer ${name}`),
  ];
  assert.ok(names.length >= 120, `${names.length} pairs`);
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(REQUEST_ATTACKS.map(({ bytes }) => bytes)).size, REQUEST_ATTACKS.length);
});
