import { grant, installedRules, kubeconfigOf, without } from './account.ts';
import { GATEWAYS, type Stored } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { timeUntil, until } from './until.ts';
import { applyRoute, condition, type World } from './world.ts';

const ACCOUNT = 'limited';
/** Nothing tells that a right was given: it is tried again at times. */
const GIVEN_BACK_MS = 90_000;
const ALL = installedRules('ClusterRole');

interface Missing {
  readonly verbs: readonly string[];
  readonly resource: string;
  /** What must still be so, and not be so. */
  readonly still: (world: World) => Promise<void>;
  /** What must be so when the right is given back. */
  readonly afterwards: (world: World) => Promise<void>;
}

const MISSING: readonly Missing[] = [
  {
    verbs: ['list', 'watch'],
    resource: 'httproutes',
    async still(world) {
      world.must((await world.front()) !== '', 'the Gateway is programmed all the same');
    },
    async afterwards(world) {
      await applyRoute(world, 'app', 'back');
      const served = await world.served(await world.front(), '/app', 'back', GIVEN_BACK_MS);
      world.must(served !== undefined, `with the right, the route is served after ${served} ms`);
    },
  },
  {
    verbs: ['patch'],
    resource: 'gateways/status',
    async still(world) {
      await routeIsServed(world);
      world.must((await world.reported('app')) !== undefined, "the route's status is written all the same");
      const gateway = await world.read(`${GATEWAYS}/front`);
      world.must(isBehind(gateway), "the Gateway's status is not written");
    },
    async afterwards(world) {
      const caughtUp = async () => !isBehind(await world.read(`${GATEWAYS}/front`));
      const taken = await timeUntil(caughtUp, GIVEN_BACK_MS);
      world.must(taken !== undefined, `with the right, the Gateway's status is written after ${taken} ms`);
    },
  },
  {
    verbs: ['get', 'list', 'watch'],
    resource: 'secrets',
    async still(world) {
      await routeIsServed(world);
      world.must((await world.reported('app')) !== undefined, "the route's status is written all the same");
    },
    async afterwards(world) {
      await applyRoute(world, 'app', 'secret');
      await routeIsServed(world);
    },
  },
];

/** An account with all that the installation permits, and then one verb less. */
export const missingVerbs: Scenario = {
  name: 'missing-verbs',
  async run(world) {
    await grant(world, ACCOUNT, ALL);
    const kubeconfig = await kubeconfigOf(world, ACCOUNT);
    await applyRoute(world, 'app', 'one');
    await withAll(world, kubeconfig);
    for (const missing of MISSING) await withoutOne(world, kubeconfig, missing);
  },
};

async function withAll(world: World, kubeconfig: string): Promise<void> {
  const controller = world.controller({ kubeconfig });
  await world.front();
  await routeIsServed(world);
  world.must((await world.reported('app')) !== undefined, 'with the installed rights, a route is served and reported');
  world.must(!/forbidden/i.test(controller.log()), 'and nothing is forbidden');
  await controller.stop();
}

async function withoutOne(
  world: World,
  kubeconfig: string,
  { verbs, resource, still, afterwards }: Missing,
): Promise<void> {
  await grant(world, ACCOUNT, without(ALL, verbs, resource));
  await certificateGateway(world);
  const controller = world.controller({ kubeconfig });
  const says = () =>
    controller
      .log()
      .split('\n')
      .find(line => isAbout(line, verbs, resource));
  const said = await until(() => says() !== undefined, 30_000);
  world.must(said, `without ${verbs.join(', ')} of ${resource} it says: ${says()?.trim().slice(0, 240)}`);
  await still(world);
  await grant(world, ACCOUNT, ALL);
  await afterwards(world);
  await controller.stop();
}

const isAbout = (line: string, verbs: readonly string[], resource: string) =>
  /forbidden/i.test(line) && verbs.some(verb => line.includes(verb)) && line.includes(resource.split('/')[0]!);

async function routeIsServed(world: World): Promise<void> {
  const served = await world.served(await world.front(), '/app', await currentVersion(world));
  world.must(served !== undefined, `the route is served (${served} ms)`);
}

async function currentVersion(world: World): Promise<string> {
  const text = JSON.stringify(await world.read('/apis/gateway.networking.k8s.io/v1/namespaces/faults/httproutes/app'));
  return /"x-version","value":"([^"]*)"/.exec(text)?.[1] ?? '';
}

/** It refers to a Secret, and its generation is new. */
async function certificateGateway(world: World): Promise<void> {
  const tls = { certificateRefs: [{ name: 'none' }] };
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP' },
    { name: `https-${Date.now()}`, port: 443, protocol: 'HTTPS', tls },
  ];
  const metadata = { name: 'front', namespace: 'faults' };
  const spec = { gatewayClassName: 'faults', listeners };
  await world.apply({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata, spec });
}

function isBehind(gateway: Stored): boolean {
  const accepted = gateway.status?.conditions?.find(({ type }) => type === 'Accepted');
  return condition(gateway, 'Accepted') === undefined || accepted?.observedGeneration !== gateway.metadata.generation;
}
