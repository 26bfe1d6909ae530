import { setTimeout as delay } from 'node:timers/promises';
import { type Applied, clearLane, type ProxyWorker, type SharedMemory, within } from '../proxy/index.ts';
import { createWatchdog, isDebugged } from './watchdog.ts';

/** One thread of the data plane. */
export interface Member {
  readonly worker: ProxyWorker;
  /** `serving`; `leaving`: it takes no new connections, and ends; `stuck`: it is being ended; `gone`. */
  phase: 'serving' | 'leaving' | 'stuck' | 'gone';
  /** It was sent the whole configuration, so that changes go to it. */
  told: boolean;
  /** It has the whole configuration, so that changes wait for it. */
  ready: boolean;
  /** It did not answer in time: changes don't wait for it until it does. */
  silent: boolean;
  /** Names of the Binds whose sockets it has. */
  bound: ReadonlySet<string>;
}

export interface FleetOptions {
  readonly memory: SharedMemory;
  /** A worker that runs already, on lane 0. */
  readonly first: ProxyWorker | undefined;
  readonly start: (memory: SharedMemory, lane: number) => ProxyWorker;
  /** Gives a new member the whole configuration; resolves when it serves, rejects if it dies first. */
  readonly greet: (member: Member) => Promise<Applied>;
  /** A member died and is being replaced; so many others serve. */
  readonly onDeath: (message: string, others: number) => void;
  /** A new one serves in its place; `whole`: as many as there should be do. */
  readonly onReplaced: (applied: Applied, whole: boolean) => void;
  readonly onStarted?: (worker: ProxyWorker) => void;
  /** The thread of a member is no more. */
  readonly onEnded: (worker: ProxyWorker) => void;
  /** How long the event loop of a worker may stand still before it is replaced, in ms; default 10,000. */
  readonly patience?: number;
}

/** The worker threads: as many as there should be, each replaced alone when it ends or hangs. */
export interface Fleet {
  start(count: number): void;
  /** Resolves when new workers serve and surplus ones have ended, after `deadline` ms at most for those. */
  resize(count: number, deadline: number): Promise<void>;
  /** Those that take connections, the same one first as long as it lives. */
  serving(): readonly Member[];
  /** Those whose threads live, for whatever time. */
  living(): readonly Member[];
  /** What the next new member makes of the configuration. */
  next(): Promise<Applied>;
  readonly restarts: number;
  /** As `DataPlane.drain`. */
  drain(deadline: number, patient?: boolean, delay?: number): Promise<void>;
  close(): Promise<void>;
}

/** The place of a worker, which others take after it. */
interface Seat {
  member: Member | undefined;
  deaths: number[];
  /** Workers that hung here: each gets twice the time of the one before it, for it may be the work that takes so long. */
  hung: number;
}

/** Time before a worker is replaced, in ms: a worker that dies at once must not keep a core busy. */
const BACKOFF = [0, 100, 500, 2_000];
const PATIENCE = 10_000;
/** Looks of the watchdog in that time. */
const STEPS = 10;
/** Beyond the time for a drain, before a worker that doesn't answer is ended; ms. */
const GRACE = 2_000;

export function createFleet(options: FleetOptions): Fleet {
  const { memory } = options;
  const seats: Seat[] = [];
  const living = new Set<Member>();
  const lanes = new Set<number>();
  let laneFreed = Promise.withResolvers<void>();
  let next = Promise.withResolvers<Applied>();
  let restarts = 0;
  let closed = false;
  const { patience = PATIENCE } = options;
  const watchdog = createWatchdog<Seat>({
    watched: () => seats.filter(({ member }) => member?.phase === 'serving'),
    beats: ({ member }) => member?.worker.beats() ?? 0,
    patience: ({ hung }) => patience * 2 ** hung,
    step: patience / STEPS,
    onStuck(seat, ms) {
      if (!isDebugged() && seat.member) replaceStuck(seat, seat.member, ms);
    },
  });

  function enlist(seat: Seat, worker: ProxyWorker): Member {
    const member: Member = { worker, phase: 'serving', told: false, ready: false, silent: false, bound: new Set() };
    lanes.add(worker.lane);
    living.add(member);
    options.onStarted?.(worker);
    seat.member = member;
    worker.onExit(message => {
      ended(member);
      if (seat.member === member) replace(seat, message);
    });
    return member;
  }

  /** Whatever the thread counted for all to see is no longer true. */
  function ended(member: Member): void {
    const { worker } = member;
    if (member.phase === 'gone') return;
    member.phase = 'gone';
    living.delete(member);
    clearLane(memory, worker.lane);
    freeLane(worker.lane);
    options.onEnded(worker);
  }

  async function terminate(member: Member): Promise<void> {
    await member.worker.close();
    ended(member);
  }

  /** Its connections are lost with it. It is not waited for: what can't be interrupted may take long to end. */
  function replaceStuck(seat: Seat, member: Member, ms: number): void {
    seat.hung++;
    member.phase = 'stuck';
    void terminate(member);
    replace(seat, `its event loop stood still for ${Math.round(ms / 1000)} s`);
  }

  function replace(seat: Seat, message: string): void {
    seat.member = undefined;
    if (closed || !seats.includes(seat)) return;
    options.onDeath(message, serving().length);
    restarts++;
    const now = performance.now();
    seat.deaths = [...seat.deaths.filter(time => now - time < 60_000), now];
    const wait = BACKOFF[Math.min(seat.deaths.length, BACKOFF.length) - 1] ?? 0;
    void delay(wait).then(async () => {
      const applied = await fill(seat);
      const whole = seats.every(({ member }) => member?.ready);
      if (applied !== undefined) options.onReplaced(applied, whole);
    });
  }

  /** Undefined: there is no use for it any more, or it died and its successor is on the way. */
  async function fill(seat: Seat): Promise<Applied | undefined> {
    const lane = await takeLane();
    if (closed || !seats.includes(seat)) {
      freeLane(lane);
      return undefined;
    }
    const member = enlist(seat, options.start(memory, lane));
    try {
      const applied = await options.greet(member);
      member.ready = true;
      next.resolve(applied);
      next = Promise.withResolvers();
      return applied;
    } catch (error) {
      if (member.phase === 'serving') {
        void terminate(member);
        replace(seat, String(error));
      }
      return undefined;
    }
  }

  /** One that nobody has, nor is about to have. Those that leave or hang keep theirs until their threads have ended. */
  async function takeLane(): Promise<number> {
    for (;;) {
      for (let lane = 0; lane < memory.lanes; lane++) {
        if (lanes.has(lane)) continue;
        lanes.add(lane);
        return lane;
      }
      await laneFreed.promise;
    }
  }

  function freeLane(lane: number): void {
    lanes.delete(lane);
    laneFreed.resolve();
    laneFreed = Promise.withResolvers();
  }

  /** Connections that are idle now end with the answer to their next request. */
  async function dismiss(member: Member, deadline: number): Promise<void> {
    member.phase = 'leaving';
    member.bound = new Set();
    await within(member.worker.drain(deadline, true), deadline + GRACE);
    await terminate(member);
  }

  function serving(): readonly Member[] {
    return seats.flatMap(({ member }) => (member?.phase === 'serving' ? [member] : []));
  }

  return {
    start(count) {
      for (let n = 0; n < count; n++) {
        const seat = vacant();
        seats.push(seat);
        const worker = n === 0 && options.first ? options.first : options.start(memory, n);
        Object.assign(enlist(seat, worker), { told: true, ready: true });
      }
    },
    async resize(count, deadline) {
      const surplus = seats.splice(count).flatMap(({ member }) => (member ? [member] : []));
      const added = Array.from({ length: Math.max(0, count - seats.length) }, vacant);
      seats.push(...added);
      await Promise.all([...surplus.map(member => dismiss(member, deadline)), ...added.map(fill)]);
    },
    serving,
    living: () => [...living],
    next: () => next.promise,
    get restarts() {
      return restarts;
    },
    async drain(deadline, patient, delay = 0) {
      closed = true;
      watchdog.stop();
      const able = [...living].filter(({ phase }) => phase !== 'stuck');
      const most = delay + deadline + GRACE;
      await Promise.all(able.map(({ worker }) => within(worker.drain(deadline, patient, delay), most)));
    },
    async close() {
      closed = true;
      watchdog.stop();
      next.resolve({ bound: {}, failures: [] });
      await Promise.all([...living].map(({ worker }) => worker.close()));
    },
  };
}

function vacant(): Seat {
  return { member: undefined, deaths: [], hung: 0 };
}
