import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AddressPool, Controller } from '../../controller/index.ts';
import { hostPort } from '../../ir/index.ts';
import type { Connected } from '../../kubernetes/index.ts';
import { mostWorkers, startWorker } from '../../proxy/index.ts';
import { apiServer } from '../asked/api-server-source.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { eventPrinter } from '../event-printer.ts';
import { refuseAccessLog } from '../flags/access-log-flags.ts';
import { CONTROLLER_FLAGS, type ControllerFlags, flagOfOtherMode } from '../flags/controller-flags.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { describeFlags } from '../flags/flags.ts';
import { proxyOptions } from '../flags/proxy-flags.ts';
import { leaseName } from '../lease-name.ts';
import { ownVersion } from '../own-version.ts';
import { serveUntil, stopSignal } from '../serving.ts';
import type { Streams } from '../streams.ts';

export const controller = flagCommand({
  name: 'controller',
  flags: CONTROLLER_FLAGS,
  help: () => `sluice controller [FLAG...]
sluice controller --in-process --address-pool CIDR [FLAG...]

Serves the Gateways that an API server holds for our controller name: it makes a Deployment and a Service of
proxies for each, tells these what to do, and writes the statuses of GatewayClasses, Gateways and routes.
With --in-process this process is the proxy of all, each Gateway on an address of the pool (or the one of
it that spec.addresses asks for). It prints what changes, routes and problems as 'sluice run' does, and
'ready' on stdout.

Several may run: the one that holds the Lease makes proxies, has them connected, and writes; the others
follow what it follows, and wait. Who loses the Lease (the API server is gone, say) goes on serving and
writes nothing until it has it again. Its own address for proxies is read from POD_IP.

Flags from --workers on go with --in-process: how proxies in pods are run, SluiceProxy resources say.

${describeFlags(CONTROLLER_FLAGS)}

Exit codes: 0 stopped by a signal and drained, 1 could not start, 2 a flag is wrong or there
is no API server to speak to.`,
  async run({ values: flags, operands }, streams) {
    const refused = refusal(flags, operands) ?? refuseAccessLog(flags);
    if (refused !== undefined) return wrongUsage(streams, 'controller', refused);
    return control(flags, streams);
  },
});

function refusal(flags: ControllerFlags, [operand]: readonly string[]): string | undefined {
  if (operand !== undefined) return `reads from an API server: leave out ${operand}`;
  if (flags['in-process'] && flags['address-pool'].length === 0)
    return '--in-process needs --address-pool CIDR: addresses that lead to this machine, for example 172.18.2.0/24';
  return flagOfOtherMode(flags);
}

type Library = typeof import('../../controller/index.ts');

async function control(flags: ControllerFlags, streams: Streams): Promise<ExitCode> {
  const stopped = stopSignal();
  const library = await import('../../controller/index.ts');
  const pool = library.createAddressPool(flags['address-pool']);
  if ('unusable' in pool) return wrongUsage(streams, 'controller', `--address-pool: ${pool.unusable}`);
  const client = await apiServer(flags, stopped);
  if ('unusable' in client) return client.stopped ? EXIT.ok : wrongUsage(streams, 'controller', client.unusable);
  const serving = flags['in-process']
    ? inProcess(library, client, pool, flags, streams)
    : distributing(library, client, flags, streams);
  try {
    await serveUntil(stopped, serving, flags, streams);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof library.StartError)) throw error;
    await serving.close();
    streams.err(`sluice controller: ${error.message}`);
    return EXIT.failed;
  } finally {
    client.close();
  }
}

function inProcess(
  library: Library,
  client: Connected,
  pool: AddressPool,
  flags: ControllerFlags,
  streams: Streams,
): Controller {
  return library.createInProcessController({
    ...common(client, flags, streams),
    pool,
    proxy: proxyOptions(flags),
    workers: flags.workers,
    drainTimeout: flags['drain-timeout'],
    worker: startWorker(proxyOptions(flags), { workers: mostWorkers(flags.workers) }),
  });
}

function distributing(library: Library, client: Connected, flags: ControllerFlags, streams: Streams): Controller {
  const namespace = flags.namespace ?? client.namespace;
  const { POD_IP } = process.env;
  const { 'config-listen': listen, health } = flags;
  const { lease, ...rest } = common(client, flags, streams);
  return library.createDistributingController({
    ...rest,
    lease: { ...lease, ...(POD_IP && { address: hostPort(POD_IP, listen.port) }) },
    namespace,
    listen,
    address: flags['config-address'] ?? `${library.controllerHost(namespace)}:${listen.port}`,
    image: flags['proxy-image'] ?? `sluice/sluice:${ownVersion()}`,
    ...(health && { health }),
  });
}

function common(client: Connected, flags: ControllerFlags, streams: Streams) {
  return {
    client,
    controllerName: flags['controller-name'],
    lease: {
      namespace: flags['lease-namespace'] ?? flags.namespace ?? client.namespace,
      name: leaseName(flags['controller-name']),
      // What `kubectl get lease` shows: where. Two containers in the network of one machine have its name and one pid.
      identity: `${hostname()}_${randomUUID()}`,
    },
    admin: flags.admin,
    privateNames: flags['private-names'],
    began: 0,
    onEvent: eventPrinter(flags.output, streams),
  };
}
