import { type Listener, objectOfRoute, type Unit } from '../ir/index.ts';
import { type Conditions, holds, type Miss, missesOf } from './conditions.ts';
import { renew } from './effort.ts';
import { matchesHostname } from './hostname.ts';
import { takesRequests } from './listener-table.ts';
import { nearness } from './nearness.ts';
import { Patterns, testPattern } from './patterns.ts';
import { compareEntries, compareHostnames, decidingStep, type Step } from './precedence.ts';
import { entriesOf, listenersOf, ownerOf } from './reference.ts';
import type { Entry, RequestLine } from './router.ts';

/** How a request finds its way through one socket, with everything that did not get it. */
export interface Trace {
  /** Whose the host is; undefined where no listener of the socket has it. */
  readonly listener: Listener | undefined;
  /** Name of the listener that the connection was made to, where it is not the host's: the answer is 421. */
  readonly misdirectedFrom?: string;
  readonly otherListeners: readonly LostListener[];
  readonly winner: Entry<undefined> | undefined;
  /** What set the winner apart from the next that held as well; absent where nothing else held. */
  readonly decidedBy?: { readonly step: Step; readonly over: Entry<undefined> };
  /** Those that held but came after the winner, then the nearest of the others: the nearest first. */
  readonly losers: readonly Loser[];
  /** All that did not get the request, also those beyond `losers`. */
  readonly lost: number;
}

export interface LostListener {
  readonly listener: Listener;
  readonly why: 'other-host' | 'less-specific' | 'later';
}

export interface Loser {
  readonly entry: Entry<undefined>;
  /** What the request would have to be like; empty where it held and another went before it by `beatenBy`. */
  readonly misses: readonly Miss[];
  readonly beatenBy?: Step;
}

export interface Tracer {
  /** `most`: how many losers are told; `arrivedAt`: as in `BindRouter.match`. */
  trace(bind: string, request: RequestLine, most?: number, arrivedAt?: string): Trace;
  /** What a request would have to be like for one match, whether or not any listener has it. */
  judge(conditions: Conditions, request: RequestLine): readonly Miss[];
}

const MOST_LOSERS = 20;

/** Keeps what all questions about the same units need: the entries of each socket, and the expressions, compiled once. */
export function createTracer(units: readonly Unit[]): Tracer {
  const patterns = new Patterns();
  const sockets = new Map<string, Socket>();

  function test(source: string, text: string): boolean {
    renew(patterns.effort);
    return testPattern(patterns.acquire(source), text);
  }

  function socketOf(bind: string): Socket {
    const known = sockets.get(bind) ?? readSocket(units, bind);
    sockets.set(bind, known);
    return known;
  }

  return {
    judge: (conditions, request) => missesOf(conditions, request, test),
    trace(bind, request, most = MOST_LOSERS, arrivedAt = '') {
      const { listeners, entries } = socketOf(bind);
      const listener = ownerOf(listeners, request.host);
      const astray = arrivedAt !== '' && listener !== undefined && listener.name !== arrivedAt;
      const ours = astray
        ? []
        : entries.filter(({ entry }) => entry.listener === listener && holds(entry, request, test));
      const held = oncePerMatch(ours.sort((a, b) => compareEntries(a.entry, b.entry)));
      const winner = held[0]?.entry;
      const beaten = held.slice(1).map(({ entry }) => beatenBy(entry, winner!));
      const missed = nearestOf(entries, request, listener, { test, most: most - beaten.length, not: held });
      return {
        listener,
        ...(astray && { misdirectedFrom: arrivedAt }),
        otherListeners: lostListeners(listeners, listener, request.host),
        winner,
        ...(beaten[0]?.beatenBy && { decidedBy: { step: beaten[0].beatenBy, over: beaten[0].entry } }),
        losers: [...beaten, ...missed.nearest].slice(0, most),
        lost: beaten.length + missed.count,
      };
    },
  };
}

/** How one request finds its way. Whoever asks more often keeps a tracer. */
export function traceRequest(units: readonly Unit[], bind: string, request: RequestLine, arrivedAt = ''): Trace {
  return createTracer(units).trace(bind, request, MOST_LOSERS, arrivedAt);
}

interface Socket {
  readonly listeners: readonly Listener[];
  readonly entries: readonly Numbered[];
}

/** `id`: the same for all hostnames, listeners and Gateways under which a match stands. */
interface Numbered {
  readonly id: number;
  readonly entry: Entry<undefined>;
}

function readSocket(units: readonly Unit[], bind: string): Socket {
  const listeners = listenersOf(units, bind).filter(takesRequests);
  const byName = new Map(listeners.map(listener => [listener.name, listener]));
  const entries = units.flatMap(unit => {
    if (unit.kind !== 'Route') return [];
    const taken = new Set(unit.attachments.flatMap(({ listener }) => byName.get(listener) ?? []));
    return [...taken].flatMap(listener => entriesOf(unit, listener));
  });
  return { listeners, entries: numbered(entries) };
}

/** By name and position: equal matches may be one object. */
function numbered(entries: readonly Entry<undefined>[]): readonly Numbered[] {
  const ids = new Map<string, number>();
  return entries.map(entry => {
    const key = `${objectOfRoute(entry.route.name)} ${entry.rule.index} ${entry.matchIndex}`;
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return { id, entry };
  });
}

/** A match that stands under several hostnames counts once, under the first. */
function oncePerMatch(entries: readonly Numbered[]): Numbered[] {
  const seen = new Set<number>();
  return entries.filter(({ id }) => seen.size < seen.add(id).size);
}

function beatenBy(entry: Entry<undefined>, winner: Entry<undefined>): Loser {
  const step = decidingStep(winner, entry);
  return { entry, misses: [], ...(step && { beatenBy: step }) };
}

interface Missed {
  readonly nearest: readonly Loser[];
  readonly count: number;
}

interface Wanted {
  readonly test: (source: string, text: string) => boolean;
  readonly most: number;
  readonly not: readonly Numbered[];
}

/** Judges from the most probable on: what is far away is not looked at closer than `nearness` does. */
function nearestOf(
  entries: readonly Numbered[],
  request: RequestLine,
  owner: Listener | undefined,
  { test, most, not }: Wanted,
): Missed {
  const held = new Set(not.map(each => each.id));
  const nearest = new Map<number, Near>();
  for (const { id, entry } of entries) {
    if (held.has(id)) continue;
    const distance = nearness(entry, request, owner, test);
    const known = nearest.get(id);
    if (known === undefined || distance < known.distance) nearest.set(id, { entry, distance });
  }
  const told = firstFew([...nearest.values()], most).map(({ entry }) => {
    return { entry, misses: [...foreign(entry, request, owner), ...missesOf(entry, request, test)] };
  });
  return { nearest: told, count: nearest.size };
}

interface Near {
  readonly entry: Entry<undefined>;
  readonly distance: number;
}

/** Most of thousands are not told, and need no order. */
function firstFew(all: readonly Near[], most: number): readonly Near[] {
  if (most <= 0) return [];
  const limit = Float64Array.from(all, each => each.distance).sort()[most - 1] ?? Number.POSITIVE_INFINITY;
  const near = all.filter(({ distance }) => distance <= limit);
  return near.sort((a, b) => a.distance - b.distance || compareEntries(a.entry, b.entry)).slice(0, most);
}

function foreign({ listener, hostname }: Entry<undefined>, { host }: RequestLine, owner: Listener | undefined): Miss[] {
  if (listener === owner || !matchesHostname(hostname, host)) return [];
  return [{ kind: 'listener', wanted: listener.name, had: owner?.name }];
}

/** `owner`: the one that has the host, or server name. */
export function lostListeners(
  listeners: readonly Listener[],
  owner: Listener | undefined,
  host: string,
): readonly LostListener[] {
  return listeners
    .filter(listener => listener !== owner)
    .map(listener => {
      if (!matchesHostname(listener.hostname, host)) return { listener, why: 'other-host' };
      const order = owner === undefined ? 0 : compareHostnames(owner.hostname, listener.hostname);
      return { listener, why: order < 0 ? 'less-specific' : 'later' };
    });
}
