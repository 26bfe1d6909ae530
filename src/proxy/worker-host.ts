import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Delta } from '../ir/index.ts';
import type { Applied, Share } from './data-plane.ts';
import type { ProxyOptions } from './options.ts';
import { sharedKeys } from './session/session-keys.ts';
import { beatsOf, createSharedMemory, type SharedMemory } from './shared/shared-memory.ts';
import type { TailedLines, Watch } from './tail/tail.ts';
import { type MetricsReport, NOTHING_COUNTED } from './telemetry/report.ts';
import { within } from './within.ts';
import type { Answer, Question, WorkerStart } from './worker-message.ts';

/** A data plane in a thread of its own, seen from the main thread. */
export interface ProxyWorker {
  /** What it shares with other threads, and the lane of it that is its own. */
  readonly memory: SharedMemory;
  readonly lane: number;
  /** Rejects when the worker dies first. */
  apply(delta: Delta, share: Share): Promise<Applied>;
  /** What it counted, as of a second ago at most; what was known last of a worker that doesn't answer. */
  report(): Promise<MetricsReport>;
  /** What it said last. */
  readonly lastReport: MetricsReport;
  /** As `DataPlane.tail`; rejects when the worker dies first. */
  tail(watches: readonly Watch[]): Promise<readonly TailedLines[]>;
  /** Another number every half second, as long as its event loop turns; 0: it has not begun. */
  beats(): number;
  /** As `DataPlane.drain`, and says what it counted at the end; resolves too when the worker is dead. */
  drain(deadline: number, patient?: boolean, delay?: number): Promise<void>;
  /** Ends the thread. */
  close(): Promise<void>;
  /** The thread ended without being asked to; `message` says why. Called once, also when it is too late to ask. */
  onExit(callback: (message: string) => void): void;
}

export interface WorkerSettings {
  readonly resourceLimits?: ResourceLimits;
  /** The program of the thread; replaced in tests. */
  readonly entry?: URL;
  /** As many workers as there will ever be, if this is the first. */
  readonly workers?: number;
  /** What there is already, if it is another. */
  readonly memory?: SharedMemory;
  readonly lane?: number;
}

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ENTRY = new URL(`./worker.${EXTENSION}`, import.meta.url);
/** A worker that leaks past this ends alone, before the machine suffers (one that allocates in a loop may collect on); MB. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 2_048 };
/** The program is a text (`node --input-type=module --eval`): a thread that inherits this flag can't run a file. */
const IS_TEXT = process.execArgv.some(flag => flag.startsWith('--input-type'));
/** How old an answer to `report` may be, and how long to wait for one; ms. */
const FRESH = 250;
const PATIENCE = 750;

interface Pending {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Messages without an id of their own. */
type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never;

/** Several workers get the same. */
const texts = new WeakMap<Delta, string>();

function textOf(delta: Delta): string {
  const text = texts.get(delta) ?? JSON.stringify(delta);
  texts.set(delta, text);
  return text;
}

/** Starts at once; questions may follow at once too. */
export function startWorker(options: ProxyOptions, settings: WorkerSettings = {}): ProxyWorker {
  const { memory = createSharedMemory(settings.workers), lane = 0 } = settings;
  const start: WorkerStart = {
    options: { ...options, sessionKeys: sharedKeys(options.sessionKeys) },
    memory,
    lane,
  };
  const worker = new Worker(settings.entry ?? ENTRY, {
    ...(IS_TEXT && { execArgv: [] }),
    workerData: start,
    resourceLimits: settings.resourceLimits ?? LIMITS,
    name: 'proxy',
  });
  const pending = new Map<number, Pending>();
  const listeners: ((message: string) => void)[] = [];
  let nextId = 1;
  let closing = false;
  let exited = false;
  let death: string | undefined;
  let lastReport = NOTHING_COUNTED;
  let lastAsked = Number.NEGATIVE_INFINITY;

  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (answer.kind === 'failed') waiting?.reject(new Error(answer.message));
    else waiting?.resolve(answer);
  });
  worker.on('error', (error: unknown) => {
    death ??= error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', code => ended(death ?? `exit code ${code}`));

  function ended(message: string): void {
    death = message;
    exited = true;
    for (const { reject } of pending.values()) reject(new Error(`the worker ended: ${message}`));
    pending.clear();
    if (!closing) for (const listener of listeners.splice(0)) listener(message);
  }

  function ask(question: Asked): Promise<Answer> {
    if (exited) return Promise.reject(new Error(`the worker ended: ${death}`));
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      worker.postMessage({ ...question, id });
    });
  }

  async function apply(delta: Delta, share: Share): Promise<Applied> {
    const answer = await ask({ kind: 'apply', delta: textOf(delta), share });
    return answer.kind === 'applied' ? answer.applied : { bound: {}, failures: [] };
  }

  async function report(): Promise<MetricsReport> {
    const now = performance.now();
    if (now - lastAsked < FRESH) return lastReport;
    await within(fetchReport(now), PATIENCE);
    return lastReport;
  }

  async function fetchReport(asked: number): Promise<void> {
    try {
      const answer = await ask({ kind: 'metrics' });
      if (answer.kind !== 'metrics' || asked < lastAsked) return;
      lastReport = answer.report;
      lastAsked = asked;
    } catch {
      // A dead worker has nothing newer to say than what is known.
    }
  }

  return {
    memory,
    lane,
    apply,
    report,
    get lastReport() {
      return lastReport;
    },
    async tail(watches) {
      const answer = await ask({ kind: 'tail', watches });
      return answer.kind === 'tailed' ? answer.lines : [];
    },
    beats: () => beatsOf(memory, lane),
    async drain(deadline, patient = false, delay = 0) {
      if (exited) return;
      const answer = await ask({ kind: 'drain', deadline, patient, delay }).catch(() => undefined);
      if (answer?.kind !== 'drained') return;
      lastReport = answer.report;
      lastAsked = performance.now();
    },
    async close() {
      closing = true;
      await worker.terminate();
    },
    onExit(callback) {
      if (!exited) listeners.push(callback);
      else if (!closing) queueMicrotask(() => callback(death ?? ''));
    },
  };
}
