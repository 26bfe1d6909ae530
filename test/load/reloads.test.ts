import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Clients, type ClientsOptions, type Outcome, startClients } from './clients.ts';
import { startPod } from './pod.ts';
import { route, service, slice, startWorld, type World } from './world.ts';

/** Changes that a run makes; LOAD_RELOADS asks for more. */
const RELOADS = Number(process.env.LOAD_RELOADS ?? 200);
/** Who waits for something that never comes is told. */
const LIMIT = { timeout: 20_000 + 200 * RELOADS };
const COLOURS = ['blue', 'green'] as const;

/** The generation of a route that sends everything to the next colour, and says in a header which one it is. */
function generation(nth: number) {
  return route(COLOURS[nth % 2]!, nth);
}

/** What no client may see: `newest` is the last generation that was set, `live` the last known live when the request left. */
function wrong({ status, body, method, sent }: Outcome, live: number, newest: number): string | undefined {
  const [colour, seenMethod, seen, length] = body.split(' ');
  const nth = Number(seen);
  if (status !== 200 || seenMethod !== method || Number(length) !== sent) return 'not the answer of a pod';
  if (colour !== COLOURS[nth % 2]) return 'the backend of one generation and the header of another';
  if (nth < live) return `${live - nth} generations old`;
  return nth > newest ? 'not there yet' : undefined;
}

/** Two backends, 64 connections that are kept and a stream of new ones. */
function loaded(world: World) {
  const seen = { requests: 0, live: 0, newest: 0, failures: [] as object[] };
  const options: Omit<ClientsOptions, 'count'> = {
    port: world.port,
    methods: ['GET', 'GET', 'POST'],
    pause: 8,
    onStart: () => seen.live,
    onOutcome(outcome, live) {
      seen.requests++;
      const fault = wrong(outcome, live, seen.newest);
      if (fault !== undefined) seen.failures.push({ fault, live, ...outcome });
    },
  };
  const clients: Clients[] = [
    startClients({ ...options, count: 64 }),
    startClients({ ...options, count: 8, newConnections: true }),
  ];
  return { seen, clients };
}

for (const [workers, reloads] of [
  [1, Math.ceil(RELOADS / 4)],
  [2, RELOADS],
] as const) {
  test(
    `${reloads} changes of the backend: all answers are the old one's or the new one's, and none comes late; workers: ${workers}`,
    LIMIT,
    async t => {
      const pods = await Promise.all(COLOURS.map(startPod));
      const objects = COLOURS.flatMap((name, at) => [
        service(name),
        slice(name, name, { port: pods[at]!.port, terminating: false }),
      ]);
      const world = await startWorld({ after }, [...objects, generation(0)], { workers });
      after(() => Promise.all(pods.map(pod => pod.stop())));
      const { seen, clients } = loaded(world);
      for (let nth = 1; nth <= reloads; nth++) {
        seen.newest = nth;
        await world.set(generation(nth));
        seen.live = nth;
        if (nth % 20 === 0) await clients[0]!.rounds(1);
      }
      await Promise.all(clients.map(each => each.stop()));
      t.diagnostic(`${seen.requests} requests`);
      assert.deepEqual(seen.failures.slice(0, 5), []);
      assert.ok(seen.requests > reloads);
    },
  );
}
