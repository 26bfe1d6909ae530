import { after, test } from 'node:test';
import fc from 'fast-check';
import { eventually, ok, type Script, startBackend } from './backend.ts';
import { assertNothingLeft, turns } from './books.ts';
import { backend, backendName, forward, route } from './config.ts';
import type { Peer } from './peer.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

/** What `left-over.test.ts` does to plain requests, done to retries, mirrors, upgrades and large messages. */
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n';
const LARGE = 'x'.repeat(400_000);
const REQUESTS: Readonly<Record<string, (target: string) => string>> = {
  get,
  post: target => post(target, 'hello'),
  large: target => post(target, LARGE),
  chunks: target =>
    `POST ${target} HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello', LARGE], 'X-Sum: 1\r\n')}`,
  expecting: target => post(target, 'hello', 'Expect: 100-continue\r\n'),
  upgrade: target => get(target, UPGRADE) + LARGE,
};
const ANSWERS = [
  ok('hello'),
  ok(LARGE),
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked([LARGE, 'hello'], 'X-Sum: 1\r\n')}`,
  'HTTP/1.1 200 OK\r\n\r\nhello',
  'HTTP/1.1 503 Failed\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${LARGE}`,
];
const PATHS = ['/plain', '/retried', '/mirrored', '/impatient'];

/** How one side behaves towards another that talks to it. */
interface Manners {
  /** Share of what it has to say that it says. */
  readonly share: number;
  /** Turns of the event loop before it goes on to leave. */
  readonly turns: number;
  readonly leaves: 'end' | 'reset' | 'stay';
  /** It does not read. */
  readonly deaf: boolean;
}

interface Turn {
  readonly answer: string;
  readonly manners: Manners;
  /** It answers before it has read the request. */
  readonly early: boolean;
}

interface Scene {
  readonly requests: readonly (readonly [kind: string, path: string])[];
  readonly client: Manners;
  /** A client that stays is left to the timeouts of the proxy. */
  readonly patient: boolean;
  /** Of the backend's connections, one after the other and over again. */
  readonly backend: readonly Turn[];
  readonly mirror: readonly Turn[];
}

const manners: fc.Arbitrary<Manners> = fc.record({
  share: fc.oneof(
    fc.constant(1),
    fc.nat({ max: 1_000 }).map(parts => parts / 1_000),
  ),
  turns: fc.nat(8),
  leaves: fc.constantFrom('end', 'reset', 'stay'),
  deaf: fc.boolean(),
});
const turn: fc.Arbitrary<Turn> = fc.record({ answer: fc.constantFrom(...ANSWERS), manners, early: fc.boolean() });
/** One that stays would be waited for, for ten seconds. */
const mirrorTurn = turn.filter(({ manners }) => manners.leaves !== 'stay');
const scene: fc.Arbitrary<Scene> = fc.record({
  requests: fc.array(fc.tuple(fc.constantFrom(...Object.keys(REQUESTS)), fc.constantFrom(...PATHS)), {
    minLength: 1,
    maxLength: 4,
  }),
  client: manners,
  patient: fc.nat(9).map(number => number === 0),
  backend: fc.array(turn, { minLength: 1, maxLength: 4 }),
  mirror: fc.array(mirrorTurn, { minLength: 1, maxLength: 2 }),
});

/** Says a part of a text, and leaves, or not. */
async function behave(peer: Peer, text: string, { share, turns: count, leaves, deaf }: Manners): Promise<boolean> {
  if (deaf) peer.socket.pause();
  peer.send(text.slice(0, Math.ceil(text.length * share)));
  await turns(count);
  if (leaves === 'end') peer.end();
  if (leaves === 'reset') peer.reset();
  return leaves === 'stay';
}

let present: Scene | undefined;

function acting(side: 'backend' | 'mirror'): Script {
  let next = 0;
  return async connection => {
    while (await connection.stream.any()) {
      if (present === undefined) {
        connection.send(ok(`GET ${(await connection.request()).target} `));
        continue;
      }
      const { answer, manners, early } = present[side][next++ % present[side].length]!;
      if (!early) await connection.request();
      if (!(await behave(connection, answer, manners))) return;
      // The proxy may keep it for others: who has said all there is to say listens again.
      if (Math.ceil(answer.length * manners.share) === answer.length) connection.socket.resume();
      if (early) await connection.request();
    }
    connection.end();
  };
}

const mirror = await startBackend(acting('mirror'));
after(mirror.stop);
const SHORT = { bodyIdleTimeout: 150, tunnelIdleTimeout: 150, idleTimeout: 150, headTimeout: 150 };
const retry = { attempts: 2, codes: [503], backoff: 5 };
const rig = await startRig(
  { after },
  {
    options: { ...SHORT, maxUpstreamConnections: 4, maxUpstreamPending: 4 },
    script: acting('backend'),
    units: port => [
      ...backend('api', port),
      ...backend('mirror', mirror.port),
      route([
        { path: '/retried', action: forward({ api: 1 }, { request: 300 }, retry) },
        { path: '/impatient', action: forward({ api: 1 }, { request: 300, backendRequest: 5 }, retry) },
        {
          path: '/mirrored',
          filters: [{ kind: 'mirror', backend: backendName('mirror'), share: 1 }],
          action: forward({ api: 1 }, { request: 300 }),
        },
        { action: forward({ api: 1 }, { request: 300 }) },
      ]),
    ],
  },
);

async function play(one: Scene): Promise<void> {
  present = one;
  const client = await rig.client();
  await behave(client, one.requests.map(([kind, path]) => REQUESTS[kind]!(path)).join(''), one.client);
  await turns(4);
  if (one.client.leaves === 'stay' && !one.patient) client.reset();
}

test('after hundreds of broken conversations of all kinds nothing is left in the proxy', async () => {
  await fc.assert(fc.asyncProperty(scene, play), { numRuns: 200 });
  await eventually(() => rig.core.lane.ownClients === 0, 'all clients are gone');
  present = undefined;
  await assertSound(rig);
  await assertNothingLeft(rig, ['api', 'mirror']);
});
