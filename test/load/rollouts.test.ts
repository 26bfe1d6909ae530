import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Clients, type ClientsOptions, type Outcome, startClients } from './clients.ts';
import { type Pod, startPod } from './pod.ts';
import { route, service, slice, startWorld, type World } from './world.ts';

/** Rolling updates that a run plays; LOAD_ROLLOUTS asks for more. */
const ROLLOUTS = Number(process.env.LOAD_ROLLOUTS ?? 20);
const REPLICAS = 3;
const CLIENTS = 32;
/** Who waits for something that never comes is told. */
const LIMIT = { timeout: 20_000 + 2_000 * ROLLOUTS };

/** Pods of the Service `api` as its EndpointSlices list them. */
interface Deployment {
  readonly world: World;
  /** Replaces each pod once: the new one is ready before the old one is told to go. */
  roll(): Promise<void>;
  /** Replaces one whose process ends before anybody hears of it. */
  crash(): Promise<void>;
  readonly pods: readonly Pod[];
}

interface Replica {
  readonly name: string;
  readonly pod: Pod;
}

async function deploy(workers: number): Promise<Deployment> {
  const pods: Pod[] = [];
  let started = 0;
  const list = ({ name, pod }: Replica, terminating = false) => slice('api', name, { port: pod.port, terminating });
  const start = async (): Promise<Replica> => {
    const name = `api-${started++}`;
    const pod = await startPod(name);
    pods.push(pod);
    return { name, pod };
  };
  let replicas = await Promise.all(Array.from({ length: REPLICAS }, start));
  const world = await startWorld({ after }, [service('api'), route('api'), ...replicas.map(each => list(each))], {
    workers,
  });
  after(() => Promise.all(replicas.map(({ pod }) => pod.stop())));

  async function replace(old: Replica): Promise<void> {
    const next = await start();
    replicas = [...replicas.filter(each => each !== old), next];
    await world.set(list(next));
    await world.set(list(old, true));
    await old.pod.left();
    await old.pod.stop();
    await world.remove(list(old));
  }

  return {
    world,
    pods,
    async roll() {
      for (const old of replicas) await replace(old);
    },
    async crash() {
      const [old, ...rest] = replicas;
      await old!.pod.stop();
      const next = await start();
      replicas = [...rest, next];
      await world.set(list(next));
      await world.remove(list(old!));
    },
  };
}

/** Sends requests while `work` goes on: how many, and those that came to anything but the answer of a pod. */
async function during(port: number, options: Partial<ClientsOptions>, work: (clients: Clients) => Promise<void>) {
  const failures: Outcome[] = [];
  let requests = 0;
  const clients = startClients({
    port,
    count: CLIENTS,
    methods: ['GET', 'POST'],
    pause: 5,
    onOutcome(outcome) {
      requests++;
      const expected = new RegExp(`^api-\\d+ ${outcome.method} 0 ${outcome.sent}$`);
      if (outcome.status !== 200 || !expected.test(outcome.body)) failures.push(outcome);
    },
    ...options,
  });
  try {
    await work(clients);
  } finally {
    await clients.stop();
  }
  return { requests, failures };
}

for (const [workers, rollouts] of [
  [1, Math.ceil(ROLLOUTS / 4)],
  [2, ROLLOUTS],
] as const) {
  test(`${rollouts} rolling updates lose no request, GET or POST; workers: ${workers}`, LIMIT, async t => {
    const { world, pods, roll } = await deploy(workers);
    const { requests, failures } = await during(world.port, {}, async clients => {
      for (let nth = 0; nth < rollouts; nth++) {
        await roll();
        await clients.rounds(1);
      }
    });
    assert.deepEqual(failures.slice(0, 5), []);
    assert.equal(pods.length, REPLICAS * (rollouts + 1));
    const idle = pods.filter(pod => pod.served === 0).length;
    t.diagnostic(`${requests} requests over ${pods.length} pods, of which ${idle} got none`);
    assert.ok(requests > pods.length && idle < pods.length / 2);
  });
}

test('pods that end before anybody hears of it lose no GET', LIMIT, async t => {
  const { world, crash } = await deploy(2);
  const { requests, failures } = await during(world.port, { methods: ['GET'] }, async clients => {
    for (let nth = 0; nth < ROLLOUTS; nth++) {
      await crash();
      await clients.rounds(2);
    }
  });
  assert.deepEqual(failures.slice(0, 5), []);
  t.diagnostic(`${requests} requests`);
});
