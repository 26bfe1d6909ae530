export interface WatchdogOptions<T> {
  /** Who is watched now. */
  readonly watched: () => Iterable<T>;
  /** Another number each time, as long as the event loop of the thread turns; 0: it has not begun. */
  readonly beats: (thread: T) => number;
  /** How long an event loop may stand still, in ms. */
  readonly patience: (thread: T) => number;
  /** It stood still for `ms`. */
  readonly onStuck: (thread: T, ms: number) => void;
  /** How often it is looked; ms. */
  readonly step?: number;
  /** ms, monotonic; replaced in tests. */
  readonly clock?: () => number;
}

export interface Watchdog {
  /** Called every `step` ms. */
  look(): void;
  stop(): void;
}

const STEP = 1_000;

/**
 * Finds threads whose event loop doesn't turn. Time counts only while the main thread's own timers are punctual: when
 * the machine slept, the process was stopped or starved of processors, everybody gets all of their time again.
 */
export function createWatchdog<T>(options: WatchdogOptions<T>): Watchdog {
  const { step = STEP, clock = () => performance.now() } = options;
  let states = new Map<T, { readonly beats: number; readonly quiet: number }>();
  let looked = clock();

  function look(): void {
    const now = clock();
    const punctual = now - looked < step * 2;
    looked = now;
    const before = punctual ? states : new Map<T, never>();
    states = new Map();
    for (const thread of options.watched()) inspect(thread, before.get(thread));
  }

  function inspect(thread: T, before: { readonly beats: number; readonly quiet: number } | undefined): void {
    const beats = options.beats(thread);
    const quiet = before === undefined || beats === 0 || beats !== before.beats ? 0 : before.quiet + step;
    if (quiet >= options.patience(thread)) options.onStuck(thread, quiet);
    else states.set(thread, { beats, quiet });
  }

  const timer = setInterval(look, step).unref();
  return { look, stop: () => clearInterval(timer) };
}

/** Somebody looks at the process with a debugger: threads stand still because he wants them to. */
export function isDebugged(): boolean {
  if (!process.features.inspector) return false;
  return process.getBuiltinModule('node:inspector').url() !== undefined;
}
