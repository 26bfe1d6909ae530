import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { eventually, ok } from './backend.ts';
import { chunked, get, post, startRig } from './rig.ts';

/** Clients and backends that leave at any moment: nothing of them stays behind in the proxy. */
const REQUESTS = [
  get('/a'),
  post('/b', 'x'.repeat(300)),
  `POST /c HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', 'x'.repeat(200)])}`,
];
const ANSWERS = [
  ok('hello'),
  ok('x'.repeat(100_000)),
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', 'x'.repeat(300)])}`,
  'HTTP/1.1 200 OK\r\n\r\nhello',
];

interface Scene {
  readonly requests: readonly string[];
  /** Share of the requests' bytes that is sent, and of the answer's. */
  readonly asked: number;
  readonly answered: number;
  readonly answer: string;
  readonly clientLeaves: 'end' | 'reset' | 'stall';
  readonly backendLeaves: 'end' | 'reset' | 'stay';
  /** Turns of the event loop before each leaves. */
  readonly clientTurns: number;
  readonly backendTurns: number;
}

const share = fc.oneof(
  fc.constant(1),
  fc.nat({ max: 1_000 }).map(parts => parts / 1_000),
);
const scene: fc.Arbitrary<Scene> = fc.record({
  requests: fc.array(fc.constantFrom(...REQUESTS), { minLength: 1, maxLength: 3 }),
  asked: share,
  answered: share,
  answer: fc.constantFrom(...ANSWERS),
  clientLeaves: fc.constantFrom('end', 'reset', 'stall'),
  backendLeaves: fc.constantFrom('end', 'reset', 'stay'),
  clientTurns: fc.nat(12),
  backendTurns: fc.nat(6),
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

function cut(text: string, part: number): string {
  return text.slice(0, Math.ceil(text.length * part));
}

/** Values of a gauge, summed. */
function gauge(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter(line => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  assert.ok(lines.length > 0, `${name} is there`);
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('after hundreds of broken conversations no connection is left, and every place is free', async () => {
  const places = 4;
  let present: Scene | undefined;
  const release: (() => void)[] = [];
  const rig = await startRig(
    { after },
    {
      options: { maxUpstreamConnections: places, maxUpstreamPending: 0, bodyIdleTimeout: 200 },
      async script(connection) {
        while (await connection.stream.any()) {
          const { target } = await connection.request();
          if (target === '/held') await new Promise<void>(resolve => release.push(resolve));
          if (target === '/held' || present === undefined) {
            connection.send(ok('fine'));
            continue;
          }
          const { answer, answered, backendLeaves, backendTurns } = present;
          connection.send(cut(answer, answered));
          await turns(backendTurns);
          if (backendLeaves === 'end') connection.end();
          if (backendLeaves === 'reset') connection.reset();
        }
        connection.end();
      },
    },
  );
  const property = async (one: Scene) => {
    present = one;
    const client = await rig.client();
    client.send(cut(one.requests.join(''), one.asked));
    if (one.clientLeaves === 'stall') client.socket.pause();
    await turns(one.clientTurns);
    if (one.clientLeaves === 'end') client.end();
    else client.reset();
  };
  await fc.assert(fc.asyncProperty(scene, property), { numRuns: 300 });
  present = undefined;
  await eventually(() => gauge(rig.proxy.metrics(), 'sluice_downstream_connections') === 0, 'all clients are gone');

  const clients = await Promise.all(Array.from({ length: places }, () => rig.client()));
  for (const client of clients) client.send(get('/held'));
  await eventually(() => release.length === places, `${places} requests are at the backend at once`);
  for (const open of release) open();
  for (const client of clients) assert.equal((await client.answer()).body, 'fine');
});
