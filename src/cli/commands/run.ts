import type { Gateway } from '../../gateway/index.ts';
import { type ProxyWorker, startWorker } from '../../proxy/index.ts';
import { type Command, EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { type EventPrinter, jsonPrinter, textPrinter } from '../event-printer.ts';
import { describeFlags, parseFlags } from '../flags.ts';
import { NO_PATH } from '../no-path.ts';
import { proxyOptions } from '../proxy-flags.ts';
import { RUN_FLAGS, type RunFlags } from '../run-flags.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';

export const run: Command = {
  help: () => `sluice run PATH... [FLAG...]

Serves Gateway API manifests on this machine: prints each listener's URL and each route's state, then
'ready' (alone on stdout). A saved change is live at once, and printed. PATH is a file, a folder (all
*.yaml, *.yml and *.json below it) or - for standard input. SIGTERM and Ctrl-C let requests under way
finish; a second one does not.

A port that may not be bound, such as 80 without privileges, is served on a free one and said. Times are
written 500ms, 10s, 2m; sizes 65536, 64KiB, 8MiB.

${describeFlags(RUN_FLAGS)}

Exit codes: 0 stopped by a signal and drained, 1 could not start, 2 nothing to read or a flag is wrong.`,
  async run(args, streams) {
    const parsed = parseFlags(RUN_FLAGS, args);
    if (parsed.kind === 'help') {
      streams.out(run.help());
      return EXIT.ok;
    }
    if (parsed.kind === 'wrong') return wrongUsage(streams, 'run', parsed.message, parsed.unknown);
    const flags = parsed.values;
    if (parsed.operands.length === 0) return wrongUsage(streams, 'run', NO_PATH);
    const stopped = stopSignal();
    // The data plane starts while the rest is still being loaded: together they are most of the time to `ready`.
    const worker = startWorker(proxyOptions(flags));
    const library = await import('../../gateway/index.ts');
    const gateway = gatewayFor(library, parsed.operands, flags, worker, printerFor(flags, streams));
    return serve(library, gateway, stopped, flags, streams);
  },
};

function printerFor(flags: RunFlags, streams: Streams): EventPrinter {
  return flags.output === 'json' ? jsonPrinter(streams) : textPrinter(streams, styleFor(process.stderr, process.env));
}

type Library = typeof import('../../gateway/index.ts');

function gatewayFor(
  library: Library,
  paths: readonly string[],
  flags: RunFlags,
  worker: ProxyWorker,
  onEvent: EventPrinter,
): Gateway {
  const controllerName = flags['controller-name'];
  return library.createGateway({
    source: library.createFolderSource({ paths, watch: !flags['no-watch'] }),
    onEvent,
    // From the start of the process: that is what the user waited for.
    began: 0,
    worker,
    listen: flags.listen,
    map: flags.map,
    backends: flags.backend,
    echo: flags.echo,
    admin: flags.admin,
    proxy: proxyOptions(flags),
    ...(controllerName === undefined ? {} : { controllerName }),
  });
}

/** Resolves when a signal has stopped the gateway; that may be while it still waits for standard input. */
async function serve(
  library: Library,
  gateway: Gateway,
  stopped: Promise<void>,
  flags: RunFlags,
  streams: Streams,
): Promise<ExitCode> {
  try {
    await Promise.race([gateway.start(), stopped]);
  } catch (error) {
    if (!(error instanceof library.StartError)) throw error;
    await gateway.close();
    if (error.code === 'NothingToRead') return wrongUsage(streams, 'run', error.message);
    streams.err(`sluice run: ${error.message}`);
    return EXIT.failed;
  }
  await stopped;
  const note = setTimeout(() => sayDraining(flags, streams), DRAIN_NOTICE);
  await gateway.drain(flags['drain-timeout']);
  clearTimeout(note);
  await gateway.close();
  return EXIT.ok;
}

/** A drain that takes longer (ms) is explained, so that nobody takes it for a hang. */
const DRAIN_NOTICE = 500;

function sayDraining(flags: RunFlags, streams: Streams): void {
  if (flags.output === 'json') return;
  const most = flags['drain-timeout'] / 1000;
  streams.err(`draining  requests under way may take up to ${most} s; a second signal ends them`);
}

/** A terminal and npm both pass on one Ctrl-C: the same signal so soon after (ms) is no second one. */
const SAME_SIGNAL = 200;

/** The first signal asks to drain; who sends a second one does not want to wait. */
function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    let first: { readonly signal: string; readonly at: number } | undefined;
    for (const [signal, number] of [
      ['SIGTERM', 15],
      ['SIGINT', 2],
    ] as const) {
      process.on(signal, () => {
        const at = performance.now();
        const again = first && (first.signal !== signal || at - first.at > SAME_SIGNAL);
        if (again) process.exit(128 + number);
        first ??= { signal, at };
        resolve();
      });
    }
  });
}
