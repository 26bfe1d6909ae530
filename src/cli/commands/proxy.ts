import { readFile } from 'node:fs/promises';
import { mostWorkers, type ProxyWorker, startWorker } from '../../proxy/index.ts';
import { agentPrinter } from '../agent-printer.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { refuseAccessLog } from '../flags/access-log-flags.ts';
import { DATA_PLANE_FLAGS, type DataPlaneFlags, NEEDED, podFacts } from '../flags/data-plane-flags.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { describeFlags } from '../flags/flags.ts';
import { proxyOptions } from '../flags/proxy-flags.ts';
import { ownVersion } from '../own-version.ts';
import { stopSignal } from '../serving.ts';
import type { Streams } from '../streams.ts';

export const proxy = flagCommand({
  name: 'proxy',
  flags: DATA_PLANE_FLAGS,
  help: () => `sluice proxy --controller HOST:PORT --token-file FILE --ca-file FILE [FLAG...]

Serves what a controller says: the data plane of a Gateway in a cluster, which the controller starts by
itself. It prints what it serves, what it can't, and problems, and 'ready' on stdout when a configuration
is served. Without the controller it serves on what it has; with --state-dir also after a restart.

SIGTERM and Ctrl-C let requests under way finish; a second one does not. Who this proxy is in the cluster
is read from POD_NAMESPACE, POD_NAME, POD_IP and HOST_IP.

${describeFlags(DATA_PLANE_FLAGS)}

Exit codes: 0 stopped by a signal and drained, 1 could not start, 2 a flag is wrong.`,
  async run({ values: flags, operands }, streams) {
    const refused = refusal(flags, operands) ?? refuseAccessLog(flags);
    if (refused !== undefined) return wrongUsage(streams, 'proxy', refused);
    const stopped = stopSignal();
    // The data plane starts while the rest is still being loaded.
    const worker = startWorker(proxyOptions(flags), { workers: mostWorkers(flags.workers) });
    return serve(flags, worker, stopped, streams);
  },
});

function refusal(flags: DataPlaneFlags, [operand]: readonly string[]): string | undefined {
  if (operand !== undefined) return `its configuration comes from a controller: leave out ${operand}`;
  const missing = NEEDED.find(name => flags[name] === undefined);
  return missing && `needs --${missing} ${DATA_PLANE_FLAGS[missing].placeholder}`;
}

async function serve(
  flags: DataPlaneFlags,
  worker: ProxyWorker,
  stopped: Promise<void>,
  streams: Streams,
): Promise<ExitCode> {
  const [library, { createSubscription }] = await Promise.all([
    import('../../agent/index.ts'),
    import('../../stream/index.ts'),
  ]);
  const { 'state-dir': stateDir, 'server-name': serverName } = flags;
  const agent = library.createAgent({
    subscribe: createSubscription,
    controller: flags.controller ?? '',
    ...(serverName !== undefined && { serverName }),
    token: async () => (await readFile(flags['token-file'] ?? '', 'utf8')).trim(),
    authorities: () => readFile(flags['ca-file'] ?? '', 'utf8'),
    facts: { ...podFacts(process.env), version: ownVersion() },
    ...(stateDir !== undefined && { stateDir }),
    health: flags.health,
    admin: flags.admin,
    proxy: proxyOptions(flags),
    workers: flags.workers,
    worker,
    shutdownDelay: flags['shutdown-delay'],
    drainTimeout: flags['drain-timeout'],
    began: 0,
    onEvent: agentPrinter(flags.output, streams),
  });
  try {
    // A signal may come while it still waits for its first configuration.
    await Promise.race([agent.start(), stopped]);
    await stopped;
    await agent.drain(flags['drain-timeout']);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof library.StartError)) throw error;
    streams.err(`sluice proxy: ${error.message}`);
    return EXIT.failed;
  } finally {
    await agent.close();
  }
}
