import type { ServedGateway, ServedOptions } from '../../gateway/index.ts';
import { mostWorkers, type ProxyWorker, startWorker } from '../../proxy/index.ts';
import { apiServerSource, type NoServer } from '../asked/api-server-source.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { type EventPrinter, eventPrinter } from '../event-printer.ts';
import { refuseAccessLog } from '../flags/access-log-flags.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { describeFlags } from '../flags/flags.ts';
import { refuseOperands } from '../flags/kube-flags.ts';
import { proxyOptions } from '../flags/proxy-flags.ts';
import { RUN_FLAGS, type RunFlags } from '../flags/run-flags.ts';
import { serveUntil, stopSignal } from '../serving.ts';
import type { Streams } from '../streams.ts';

export const run = flagCommand({
  name: 'run',
  flags: RUN_FLAGS,
  help: () => `sluice run PATH... [FLAG...]
       sluice run --kube [FLAG...]

Serves Gateway API manifests on this machine: prints each listener's URL and each route's state, then
'ready' (alone on stdout). A saved change is live at once, and printed. PATH is a file, a folder (all
*.yaml, *.yml and *.json below it) or - for standard input. SIGTERM and Ctrl-C let requests under way
finish; a second one does not.

With --kube it serves here what an API server holds for our controller name, and writes nothing there:
what it says stays on this machine. Pods must be reachable from it, or named with --backend.

A port that may not be bound, such as 80 without privileges, is served on a free one and said. Times are
written 500ms, 10s, 2m; sizes 65536, 64KiB, 8MiB.

${describeFlags(RUN_FLAGS)}

Exit codes: 0 stopped by a signal and drained, 1 could not start, 2 nothing to read or a flag is wrong.`,
  async run({ values: flags, operands }, streams) {
    const refused = refuseOperands(operands, flags) ?? refuseAccessLog(flags);
    if (refused !== undefined) return wrongUsage(streams, 'run', refused);
    const stopped = stopSignal();
    // The data plane starts while the rest is still being loaded: together they are most of the time to `ready`.
    const worker = startWorker(proxyOptions(flags), { workers: mostWorkers(flags.workers) });
    const library = await import('../../gateway/index.ts');
    const input = flags.kube ? await fromApiServer(library, flags, stopped) : fromFiles(library, operands, flags);
    if ('unusable' in input) {
      await worker.close();
      return input.stopped ? EXIT.ok : wrongUsage(streams, 'run', input.unusable);
    }
    const gateway = gatewayFor(library, input, flags, worker, withAdvice(eventPrinter(flags.output, streams)));
    return serve(library, gateway, stopped, flags, streams);
  },
});

const ABSENT = /^Secret \S+ does not exist$/;

/** Keys are in no repository. */
function withAdvice(print: EventPrinter): EventPrinter {
  return event => {
    const isAbsent = event.event === 'problem' && event.problem.code === 'InvalidCertificateRef';
    if (!isAbsent || !ABSENT.test(event.problem.message)) return print(event);
    print({ ...event, problem: { ...event.problem, fix: 'sluice run --self-signed makes one for this machine' } });
  };
}

type Library = typeof import('../../gateway/index.ts');

/** What the two kinds of sources differ in. */
type Input = Pick<ServedOptions, 'source' | 'addresses' | 'controllerName'>;

function fromFiles(library: Library, paths: readonly string[], flags: RunFlags): Input {
  const controllerName = flags['controller-name'];
  return {
    source: library.createFolderSource({ paths, watch: !flags['no-watch'] }),
    ...(controllerName !== undefined && { controllerName }),
  };
}

/** Addresses that mean something in the cluster are not this machine's. */
async function fromApiServer(library: Library, flags: RunFlags, stopped: Promise<void>): Promise<Input | NoServer> {
  const source = await apiServerSource(flags, { stopped });
  if ('unusable' in source) return source;
  const controllerName = flags['controller-name'] ?? library.DEFAULT_CONTROLLER_NAME;
  return { source, controllerName, addresses: library.oneAddress(flags.listen) };
}

function gatewayFor(
  library: Library,
  input: Input,
  flags: RunFlags,
  worker: ProxyWorker,
  onEvent: EventPrinter,
): ServedGateway {
  return library.createServedGateway({
    ...input,
    onEvent,
    // From the start of the process: that is what the user waited for.
    began: 0,
    worker,
    listen: flags.listen,
    map: flags.map,
    backends: flags.backend,
    echo: flags.echo,
    selfSigned: flags['self-signed'],
    admin: flags.admin,
    proxy: proxyOptions(flags),
    workers: flags.workers,
    privateNames: flags['private-names'],
    drainTimeout: flags['drain-timeout'],
  });
}

async function serve(
  library: Library,
  gateway: ServedGateway,
  stopped: Promise<void>,
  flags: RunFlags,
  streams: Streams,
): Promise<ExitCode> {
  try {
    await serveUntil(stopped, gateway, flags, streams);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof library.StartError)) throw error;
    await gateway.close();
    if (error.code === 'NothingToRead') return wrongUsage(streams, 'run', error.message);
    streams.err(`sluice run: ${error.message}`);
    return EXIT.failed;
  }
}
