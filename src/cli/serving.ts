import type { ServedGateway } from '../gateway/index.ts';
import type { ServingFlags } from './flags/serving-flags.ts';
import type { Streams } from './streams.ts';

/** Something that serves until a signal stops it. */
export interface Serving extends Pick<ServedGateway, 'start' | 'drain' | 'close'> {}

/** Resolves when a signal has stopped it and requests under way are finished; rejects if it can't start. */
export async function serveUntil(
  stopped: Promise<void>,
  serving: Serving,
  options: ServingFlags,
  streams: Streams,
): Promise<void> {
  // A signal may come while it still waits for standard input, or for a Lease.
  await Promise.race([serving.start(), stopped]);
  await stopped;
  const note = setTimeout(() => sayDraining(options, streams), DRAIN_NOTICE);
  await serving.drain(options['drain-timeout']);
  clearTimeout(note);
  await serving.close();
}

/** A drain that takes longer (ms) is explained, so that nobody takes it for a hang. */
const DRAIN_NOTICE = 500;

function sayDraining(options: ServingFlags, streams: Streams): void {
  if (options.output === 'json') return;
  const most = options['drain-timeout'] / 1000;
  streams.err(`draining  requests under way may take up to ${most} s; a second signal ends them`);
}

/** A terminal and npm both pass on one Ctrl-C: the same signal so soon after (ms) is no second one. */
const SAME_SIGNAL = 200;

/** The first signal asks to drain; who sends a second one does not want to wait. */
export function stopSignal(): Promise<void> {
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
