/** Runs inside the harness: plays the scenarios that it is given, one after the other. */
import { adminClient } from '../api-server.ts';
import { SCENARIOS } from './scenarios.ts';
import { newWorld, prepare } from './world.ts';

const [, , controllerName, ...names] = process.argv;
const print = (text: string) => void process.stdout.write(`${text}\n`);
const client = adminClient(process.env.KUBECONFIG!);
await prepare(client, controllerName!);
let failed = 0;
for (const { name, run } of SCENARIOS.filter(one => names.includes(one.name))) {
  print(`\n${name}`);
  const begin = Date.now();
  const { world, misses, end } = newWorld(client, controllerName!, print);
  try {
    await run(world);
  } catch (error) {
    world.must(false, (error as Error).message);
  }
  await end();
  if (misses.length > 0) failed++;
  print(
    `    ${misses.length === 0 ? 'as it should be' : `${misses.length} misses`}, ${((Date.now() - begin) / 1000).toFixed(0)} s`,
  );
}
client.close();
process.exit(failed === 0 ? 0 : 1);
