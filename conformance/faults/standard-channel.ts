import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CACHE } from '../harness.ts';
import type { Scenario } from './scenario.ts';
import { until } from './until.ts';
import { applyRoute, type World } from './world.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GUARD = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';

/** A cluster with the standard channel's definitions; those of the experimental one come later. */
export const standardChannel: Scenario = {
  name: 'standard-channel',
  channel: 'standard',
  async run(world) {
    const controller = world.controller();
    await applyRoute(world, 'app', 'one');
    const address = await world.front();
    world.must((await world.served(address, '/app', 'one')) !== undefined, 'a route is served');
    world.must((await world.reported('app')) !== undefined, 'its status is written');
    world.must(!/error/i.test(controller.log()), 'kinds that are not installed are no error');
    await allowExperimental(world);
    for (const file of globSync(path.join(CACHE, 'crd', 'experimental', '*_*.yaml'))) await install(world, file);
    world.saw('the definitions of the experimental channel were installed');
    const followed = await until(async () => (await watches(world, 'xbackends')) > 0, 60_000);
    world.must(followed, 'XBackend is followed once its definition is there');
    await applyRoute(world, 'app', 'two');
    const served = await world.served(address, '/app', 'two');
    world.must(served !== undefined, `a change is served after ${served} ms`);
    world.must((await world.reported('app')) !== undefined, 'its status is written');
    world.must(controller.running(), 'the controller is still the same process');
  },
};

/** The standard channel brings a policy that keeps the experimental one out. */
async function allowExperimental({ client }: World): Promise<void> {
  const { body } = await client.send('GET', GUARD);
  for (const { metadata } of (body as { items: { metadata: { name: string } }[] }).items) {
    if (metadata.name.endsWith('gateway.networking.k8s.io')) await client.send('DELETE', `${GUARD}/${metadata.name}`);
  }
}

async function install({ client }: World, file: string): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const object = document.toJS() as { kind?: string; metadata: { name: string } } | null;
    if (object?.kind !== 'CustomResourceDefinition') continue;
    const send = () =>
      client.send(
        'PATCH',
        `${CRDS}/${object.metadata.name}?fieldManager=faults&force=true`,
        object,
        'application/apply-patch+yaml',
      );
    // The policy that was taken away holds for a moment longer.
    if (!(await until(async () => (await send()).status < 400, 20_000))) {
      throw new Error(`${object.metadata.name}: ${(await send()).text.slice(0, 300)}`);
    }
  }
}

/** How many watches of a resource the API server serves now. */
async function watches({ client }: World, resource: string): Promise<number> {
  const { text } = await client.send('GET', '/metrics');
  const line = new RegExp(`^apiserver_longrunning_requests\\{.*resource="${resource}".*verb="WATCH".*\\} (\\d+)$`, 'm');
  return Number(line.exec(text)?.[1] ?? 0);
}
