/** Runs inside the harness: plays the cases that it is given, one after the other. */
import path from 'node:path';
import { adminClient } from '../api-server.ts';
import { openCluster } from '../cluster/cluster.ts';
import { NAMESPACE } from '../install.ts';
import { play, readCase } from './play.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const cases = path.join(import.meta.dirname, '..', 'cases');
const client = adminClient(process.env.KUBECONFIG!);
const cluster = openCluster(client);
const values = {
  CLASS: process.env.CONF_GATEWAY_CLASS!,
  CONTROLLER: process.env.CONF_CONTROLLER_NAME!,
  SYSTEM: NAMESPACE,
  AUTHORITY: await authority(),
};
const failed: string[] = [];
for (const name of process.argv.slice(2)) {
  print(`\n${name}`);
  const begin = Date.now();
  const misses = await play(cluster, readCase(path.join(cases, name), values), text => print(`    ${text}`)).catch(
    (error: Error) => {
      print(`    MISS: ${error.message}`);
      return [error.message];
    },
  );
  if (misses.length > 0) failed.push(name);
  print(
    `    ${misses.length === 0 ? 'as it should be' : `${misses.length} misses`}, ${((Date.now() - begin) / 1_000).toFixed(0)} s`,
  );
}
client.close();
print(failed.length === 0 ? '\nall cases are as they should be' : `\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

/** The certificate that proxies know the controller by, in base64. */
async function authority(): Promise<string> {
  const metadata = { namespace: NAMESPACE, name: 'sluice-controller-tls' };
  const secret = await cluster.read({ apiVersion: 'v1', kind: 'Secret', metadata });
  return ((secret?.data ?? {}) as Readonly<Record<string, string>>)['ca.crt'] ?? '';
}
