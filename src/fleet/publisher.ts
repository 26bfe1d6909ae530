import { type Bind, type Delta, type Endpoint, seal, type Unit } from '../ir/index.ts';
import {
  type Applied,
  createCellBook,
  createSharedMemory,
  type EndpointHealth,
  readHealth,
  type UnitRejection,
  within,
} from '../proxy/index.ts';
import { createFleet, type Member } from './fleet.ts';
import { createFleetMetrics } from './fleet-metrics.ts';
import type { PublisherOptions } from './publisher-options.ts';
import { createSieve } from './sieve.ts';
import { createUnitBook, type UnitBook } from './unit-book.ts';

/** The way to the data plane. It remembers what was sent, so that a worker that dies is replaced by one that serves the same. */
export interface Publisher {
  /** Starts the first workers; deltas may follow at once. */
  start(): void;
  /**
   * Resolves when everything of the delta but the failed binds and what is rejected is live in every worker that serves; one
   * that doesn't answer for 5 s is left out and told of, as long as another does.
   */
  apply(delta: Delta): Promise<Applied>;
  /** Whether every worker has every socket that another has. */
  isWhole(): boolean;
  /** Opens what is missing for that, if it can be opened now. */
  makeWhole(): Promise<void>;
  /** Tries the sockets again that no worker has. */
  reopen(): Promise<Applied>;
  /** The units that can't be obeyed, now. */
  rejections(): readonly UnitRejection[];
  /** The configuration that stands, in wire order. */
  units(): readonly Unit[];
  /** The same as it came, with the ports that were asked for. */
  readonly kept: Pick<UnitBook, 'names' | 'texts' | 'binds'>;
  /** Undefined for an endpoint that is not listed. */
  health(endpoint: Pick<Endpoint, 'address' | 'port'>): EndpointHealth | undefined;
  /** Another number of workers. Surplus ones finish what they do, for at most `deadline` ms. */
  resize(count: number, deadline: number): Promise<void>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** As `DataPlane.drain`. */
  drain(deadline: number, patient?: boolean, delay?: number): Promise<void>;
  close(): Promise<void>;
}

const ACK_TIME = 5_000;
const NOTHING: Applied = { bound: {}, failures: [] };

/** A delta on its way. */
interface Round {
  readonly acks: ReadonlyMap<Member, Promise<Applied>>;
  /** The one whose failures to bind count: it was the first to try. */
  readonly leader: Member | undefined;
  /** Take the routes of the delta back, by name. */
  readonly undo: ReadonlyMap<string, () => boolean>;
}

/** Who opened the sockets of a delta first, and what came of it. */
interface Led {
  readonly leader: Member;
  readonly applied: Applied;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { first, ackTime = ACK_TIME } = options;
  let workers = options.workers ?? 1;
  let started = false;
  const memory = first?.memory ?? createSharedMemory(options.most ?? options.workers);
  const units = createUnitBook(options.keep);
  const bound = new Map<string, number>();
  const cells = createCellBook(memory);
  const sieve = createSieve(options.version);
  const metrics = createFleetMetrics(units);
  const fleet = createFleet({
    memory,
    first,
    start: options.start,
    greet,
    onDeath(message, others) {
      options.onDeath(message, others);
      tellSilence();
    },
    onReplaced: options.onReplaced,
    ...(options.onStarted && { onStarted: options.onStarted }),
    onEnded(worker) {
      metrics.keep(worker.lastReport);
      options.onEnded?.(worker);
    },
    ...(options.patience !== undefined && { patience: options.patience }),
  });
  let standing: readonly Unit[] | undefined;
  let silence = 0;
  let turn: Promise<unknown> = Promise.resolve();

  /** Every worker gets the same deltas in the same order. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function greet(member: Member): Promise<Applied> {
    const { ack, alone } = await inTurn(async () => {
      const alone = !fleet.living().some(other => other !== member && other.bound.size > 0);
      member.told = true;
      return { ack: send(member, { upserts: units.all().map(pin), removals: [] }, alone), alone };
    });
    const applied = await ack;
    if (alone) return applied;
    tellUnbound(applied);
    return { bound: applied.bound, failures: [] };
  }

  function send(member: Member, delta: Delta, claim: boolean): Promise<Applied> {
    const ack = member.worker.apply(delta, { cells: cells.cellsOf(delta.upserts), claim }).then(applied => {
      if (member.phase === 'serving') member.bound = new Set(Object.keys(applied.bound));
      if (claim) remember(applied);
      member.silent = false;
      tellSilence();
      return applied;
    });
    ack.catch(() => {});
    return ack;
  }

  function remember(applied: Applied): void {
    standing = undefined;
    for (const [name, { port }] of Object.entries(applied.bound)) bound.set(name, port);
  }

  /** A port that the system chose is the same in all workers, and again in those that replace them: clients know it. */
  function pin(unit: Unit): Unit {
    const port = unit.kind === 'Bind' && unit.port === 0 ? bound.get(unit.name) : undefined;
    if (unit.kind !== 'Bind' || port === undefined) return unit;
    const { hash: _, ...rest }: Bind = unit;
    return seal({ ...rest, port });
  }

  /** In turn: everybody is told, and whoever opens sockets first has tried. */
  async function post(delta: Delta): Promise<Round> {
    const opens = delta.upserts.some(unit => unit.kind === 'Bind' && isNew(unit));
    const undo = new Map<string, () => boolean>();
    const left = record(delta, undo);
    const acks = new Map<Member, Promise<Applied>>();
    const led = opens ? await lead(delta, acks) : undefined;
    const refused = new Set(led?.applied.failures.map(({ bind }) => bind));
    const upserts = delta.upserts.filter(({ kind, name }) => kind !== 'Bind' || !refused.has(name)).map(pin);
    const rest: Delta = { upserts, removals: delta.removals };
    for (const member of fleet.living()) {
      if (member.told && member.phase !== 'stuck' && !acks.has(member)) acks.set(member, send(member, rest, false));
    }
    void Promise.allSettled(acks.values()).then(() => cells.release(left));
    return { acks, leader: led?.leader, undo };
  }

  function isNew(bind: Bind): boolean {
    const before = units.get(bind);
    const opened = fleet.serving().some(member => member.bound.has(bind.name));
    return !opened || before?.kind !== 'Bind' || before.host !== bind.host || before.port !== bind.port;
  }

  /** What workers left as it was. */
  function takeBack(rejections: readonly UnitRejection[], undo: Round['undo']): void {
    for (const rejection of rejections) {
      if (!undo.get(rejection.name)?.()) continue;
      standing = undefined;
      sieve.note(rejection);
    }
  }

  /** What the delta lists no longer, for its cells. */
  function record(delta: Delta, undo: Map<string, () => boolean>): readonly number[] {
    standing = undefined;
    for (const unit of delta.upserts) {
      const takeBack = units.put(unit);
      if (unit.kind === 'Route') undo.set(unit.name, takeBack);
    }
    for (const name of delta.removals) {
      units.drop(name);
      if (name.kind === 'Bind') bound.delete(name.name);
    }
    metrics.follow(delta);
    return cells.take(delta);
  }

  /** One worker opens the new sockets; the others follow with those that it got. */
  async function lead(delta: Delta, acks: Map<Member, Promise<Applied>>): Promise<Led | undefined> {
    const told = fleet.serving().filter(member => member.told);
    for (const leader of told.toSorted(byReliability)) {
      const ack = send(leader, delta, acks.size === 0);
      acks.set(leader, ack);
      const applied = await within(ack, ackTime).catch(() => undefined);
      if (applied === undefined) continue;
      remember(applied);
      return { leader, applied };
    }
    return undefined;
  }

  async function outcome({ acks, leader, undo }: Round): Promise<Applied> {
    const done = new Map<Member, Applied>();
    const failed = new Map<Member, unknown>();
    for (const [member, ack] of acks) {
      ack.then(
        applied => done.set(member, applied),
        error => failed.set(member, error),
      );
    }
    const waited = [...acks.keys()].filter(isWaitedFor);
    await within(Promise.allSettled(waited.map(member => acks.get(member)!)), ackTime);
    for (const member of waited) if (!done.has(member)) member.silent = true;
    tellSilence();
    // Who has died has a successor; else it is a bug of ours.
    for (const [{ phase }, error] of failed) if (phase === 'serving') throw error;
    for (const { rejections = [] } of done.values()) takeBack(rejections, undo);
    if (done.size === 0) return Promise.any([...acks.values(), fleet.next()]);
    const [first] = leader && done.has(leader) ? [leader] : done.keys();
    for (const [member, applied] of done) if (member !== first) tellUnbound(applied);
    return done.get(first!) ?? NOTHING;
  }

  function tellSilence(): void {
    const count = fleet.serving().filter(({ silent }) => silent).length;
    if (count !== silence) options.onSilent?.(count);
    silence = count;
  }

  function tellUnbound({ failures }: Applied): void {
    for (const failure of failures) options.onUnbound?.(failure);
  }

  /** Workers that lack sockets that others have. */
  function missing(): readonly { readonly member: Member; readonly binds: readonly Unit[] }[] {
    const able = fleet.serving().filter(isWaitedFor);
    const had = new Set(able.flatMap(member => [...member.bound]));
    const binds = units.binds().filter(({ name }) => had.has(name));
    return able
      .map(member => ({ member, binds: binds.filter(({ name }) => !member.bound.has(name)) }))
      .filter(lack => lack.binds.length > 0);
  }

  /** Its failures were told when they first came. */
  async function makeWhole(): Promise<void> {
    const acks = missing().map(({ member, binds }) => send(member, { upserts: binds.map(pin), removals: [] }, false));
    await within(Promise.allSettled(acks), ackTime);
  }

  function unopened(): readonly Unit[] {
    const had = new Set(fleet.serving().flatMap(member => [...member.bound]));
    return units.binds().filter(({ name }) => !had.has(name));
  }

  return {
    start() {
      started = true;
      fleet.start(workers);
    },
    apply: async delta => outcome(await inTurn(() => post(sieve.sift(delta)))),
    isWhole: () => missing().length === 0,
    makeWhole: () => inTurn(makeWhole),
    reopen: async () => outcome(await inTurn(() => post({ upserts: unopened(), removals: [] }))),
    rejections: sieve.rejections,
    units() {
      if (options.keep === 'texts') return units.all().map(pin);
      standing ??= units.all().map(pin);
      return standing;
    },
    kept: units,
    health(endpoint) {
      const cell = cells.cellOf(endpoint);
      return cell === undefined ? undefined : readHealth(memory, cell);
    },
    async resize(count, deadline) {
      workers = Math.min(count, memory.lanes);
      if (started) await fleet.resize(workers, deadline);
    },
    metrics: () => metrics.text(fleet),
    drain: fleet.drain,
    close: fleet.close,
  };
}

function isWaitedFor({ phase, ready, silent }: Member): boolean {
  return phase === 'serving' && ready && !silent;
}

/** Whoever is still starting, or did not answer, would let the others wait. */
function byReliability(a: Member, b: Member): number {
  return Number(isWaitedFor(b)) - Number(isWaitedFor(a));
}
