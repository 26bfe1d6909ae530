import { type Delta, type Unit, unitKey } from '../ir/index.ts';
import type { Channel } from './channel.ts';
import { deltaTexts } from './delta-texts.ts';
import type { ConnectedProxy } from './hub.ts';
import { type Ack, LANES, type Lane } from './messages.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import type { ProxyFacts } from './proxy-facts.ts';
import type { UnitChange } from './scope-units.ts';
import { createSeldom } from './seldom.ts';

/** One proxy that is connected: what it was sent, and what it acknowledged. */
export interface Session {
  readonly name: string;
  readonly channel: Channel;
  /** Its scope is known by now: `units` are what it holds, now and later. */
  begin(units: ReadonlyMap<string, Unit>, turn: number): void;
  /** `turn`: the number of what was published. What is sent is decided when whoever publishes is done. */
  publish(changes: readonly UnitChange[], turn: number): void;
  drained(): void;
  acknowledge(ack: Ack): void;
  tell(outcome: Outcome): void;
  leave(): void;
  /** Whether it has all that was published by then, or nobody waits for it. */
  has(turn: number): boolean;
  facts(): ConnectedProxy;
  end(): void;
}

export interface SessionOptions {
  readonly facts: ProxyFacts;
  readonly channel: Channel;
  /** Hashes of what it has, by key. */
  readonly known: ReadonlyMap<string, string>;
  readonly leaving: boolean;
  readonly textOf: (unit: Unit) => string;
  /** In ms. */
  readonly silentAfter: number;
  /** Its facts are others. */
  readonly onChange: () => void;
  /** Perhaps it has now what somebody waits for. */
  readonly onProgress: () => void;
}

interface LaneState {
  version: number;
  /** What is to be acknowledged: the number of what was published last when it was cut. */
  inFlight: number | undefined;
  /** Everything that was published up to this number is acknowledged. */
  covered: number;
  clock: NodeJS.Timeout | undefined;
  overdue: boolean;
}

/** Ms between two changes that it may tell by itself: whoever hears of them judges Gateways anew. */
const TELLING = 100;
const NO_COMPLAINT: Outcome = { failures: [], rejections: [] };
/** Of thousands of units it takes a megabyte a proxy. */
const NOTHING_KNOWN: ReadonlyMap<string, string> = new Map();

export function createSession(options: SessionOptions): Session {
  const { facts, channel, textOf, silentAfter, onChange, onProgress } = options;
  const since = Date.now();
  const lanes: Record<Lane, LaneState> = { config: newLane(), endpoints: newLane() };
  let outbox: Outbox | undefined;
  /** What its scope has. */
  let held: ReadonlyMap<string, Unit> | undefined;
  let last = 0;
  let delivery: Iterator<string, void> | undefined;
  let isClogged = false;
  let isAsked = false;
  let isOpen = true;
  let { leaving, known } = options;
  let outcome = NO_COMPLAINT;
  let synced = false;
  const telling = createSeldom(onChange, TELLING);

  function isSilent(): boolean {
    return lanes.config.overdue || lanes.endpoints.overdue;
  }

  function isIdle(lane: Lane): boolean {
    return lanes[lane].inFlight === undefined && outbox?.isEmpty(lane) === true;
  }

  /** Versions never mix on the wire: what comes first takes effect first. */
  function pump(): void {
    isAsked = false;
    while (isOpen && !isClogged) {
      delivery ??= nextVersion();
      if (delivery === undefined) return;
      const { value } = delivery.next();
      if (value === undefined) delivery = undefined;
      else isClogged = !channel.send(value);
    }
  }

  function nextVersion(): Iterator<string, void> | undefined {
    for (const lane of LANES) {
      while (outbox && lanes[lane].inFlight === undefined && !outbox.isEmpty(lane)) {
        const delta = outbox.take(lane);
        if (delta.upserts.length + delta.removals.length > 0) return cut(lane, delta);
        lanes[lane].covered = last;
        onProgress();
      }
    }
    return undefined;
  }

  function cut(lane: Lane, delta: Delta): Iterator<string, void> {
    const state = lanes[lane];
    state.version++;
    state.inFlight = last;
    // What came while we were kept busy is heard first.
    state.clock = setTimeout(setImmediate, silentAfter, fallSilent, state, state.version).unref();
    return deltaTexts(lane, state.version, delta, textOf);
  }

  function fallSilent(state: LaneState, version: number): void {
    if (!isOpen || state.inFlight === undefined || state.version !== version) return;
    const before = isSilent();
    state.overdue = true;
    if (!before) onChange();
    onProgress();
  }

  /** When what runs now is over, so that what is published together is sent together. */
  function askToPump(): void {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(pump);
  }

  /** It may complain of what it was sent, and of nothing else: what it says stands in statuses. */
  function learn({ failures, rejections }: Outcome): boolean {
    const next = { failures, rejections: rejections.filter(each => held?.has(unitKey(each))) };
    const isNew = JSON.stringify(next) !== JSON.stringify(outcome);
    outcome = next;
    return isNew;
  }

  return {
    name: facts.name,
    channel,
    begin(units, turn) {
      last = turn;
      held = units;
      outbox = createOutbox(units, known);
      known = NOTHING_KNOWN;
      // Sent even if it is empty: the answer says what the proxy could not do of what it has.
      delivery = cut('config', outbox.take('config'));
      askToPump();
    },
    publish(changes, turn) {
      if (!outbox) return;
      for (const lane of LANES) if (isIdle(lane)) lanes[lane].covered = turn - 1;
      last = turn;
      for (const { key, before, now } of changes) outbox.mark(key, before, now);
      askToPump();
    },
    drained() {
      isClogged = false;
      pump();
    },
    acknowledge({ lane, version, outcome: next }) {
      const state = lanes[lane];
      if (version !== state.version || state.inFlight === undefined) return;
      const wasSilent = isSilent();
      clearTimeout(state.clock);
      state.covered = state.inFlight;
      state.inFlight = undefined;
      state.overdue = false;
      const isFirst = !synced;
      synced = true;
      if (learn(next) || isFirst || wasSilent !== isSilent()) onChange();
      onProgress();
      pump();
    },
    tell(next) {
      if (learn(next)) telling.ask();
    },
    leave() {
      if (leaving) return;
      leaving = true;
      onChange();
      onProgress();
    },
    has(turn) {
      if (!isOpen || !synced || leaving || isSilent()) return true;
      return LANES.every(lane => isIdle(lane) || lanes[lane].covered >= turn);
    },
    facts: () => ({
      facts,
      since,
      acknowledged: synced && isIdle('config'),
      synced,
      silent: isSilent(),
      leaving,
      outcome,
      bytesSent: channel.bytesSent(),
    }),
    end() {
      isOpen = false;
      telling.stop();
      for (const lane of LANES) clearTimeout(lanes[lane].clock);
      onProgress();
    },
  };
}

function newLane(): LaneState {
  return { version: 0, inFlight: undefined, covered: 0, clock: undefined, overdue: false };
}
