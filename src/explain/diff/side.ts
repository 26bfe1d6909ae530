import { type Bind, type Match, type Route, type Rule, seal, type Unit } from '../../ir/index.ts';
import {
  type BindRouter,
  compareEntries,
  createRouter,
  type Outcome,
  type Ranked,
  type RequestLine,
} from '../../router/index.ts';
import { type ListenerChoice, listenerChoices } from '../symbolic/listener-choice.ts';
import { type Backends, backendsOf, type Treatment, treatmentOf } from './treatment.ts';

/** What is kept of a rule. */
export interface Work {
  readonly rule: Rule;
  readonly treatment: Treatment;
}

/** One match of a rule under one hostname of a listener. */
export interface Contender extends Ranked {
  readonly action: Work;
  /** Equal texts for matches that hold for the same requests and rank alike. */
  readonly region: string;
  /** Position in its level. */
  readonly place: number;
}

/** What stands under one hostname of a listener. */
export interface Level {
  readonly hostname: string;
  /** In order of precedence. */
  readonly contenders: readonly Contender[];
  /** Position of the first contender of a region. */
  readonly firstOf: ReadonlyMap<string, number>;
}

export const EMPTY_LEVEL: Level = { hostname: '', contenders: [], firstOf: new Map() };

/**
 * One port of one Gateway in one of the two configurations, as if it had an address of its own: whether Gateways share
 * one is up to whoever serves them.
 */
export interface Side {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly port: number;
  /** It is asked by TLS. */
  readonly secure: boolean;
  readonly choice: ListenerChoice;
  match(request: RequestLine): Outcome<unknown>;
  /** What stands at a listener under a hostname. */
  level(listener: string, hostname: string): Level;
  /** All hostnames of its listeners and of what stands there. */
  readonly hostnames: ReadonlySet<string>;
}

export function sidesOf(units: readonly Unit[]): readonly Side[] {
  const backends = backendsOf(units);
  const router = createRouter(() => undefined);
  const others = units.filter(({ kind }) => kind !== 'Bind');
  const sockets = socketsOf(units);
  const binds = sockets.map(({ bind }) => bind);
  router.apply({ upserts: [...others, ...binds], removals: [] });
  const levels = levelsOf(units, backends);
  const choices = listenerChoices([...others, ...binds]);
  return sockets.map((socket, at) => sideOf(socket, choices[at]!, router.bind(socket.bind.name)!, levels));
}

interface Socket {
  readonly bind: Bind;
  readonly gateway: string;
  readonly secure: boolean;
}

function socketsOf(units: readonly Unit[]): readonly Socket[] {
  // The others are of bytes: no request comes to them.
  const listeners = units
    .filter(unit => unit.kind === 'Listener')
    .filter(({ protocol }) => protocol === 'HTTP' || protocol === 'HTTPS');
  const bySocket = Map.groupBy(listeners, ({ gateway, port }) => `${gateway}:${port}`);
  return [...bySocket].map(([name, group]) => {
    const { gateway, port } = group[0]!;
    const names = group.map(each => each.name).sort();
    const secure = group.some(({ protocol }) => protocol === 'HTTPS');
    return { gateway, secure, bind: seal({ kind: 'Bind', name, host: '', port, listeners: names }) };
  });
}

type Unplaced = Omit<Contender, 'place'>;

/** By listener, then by hostname. */
type Levels = ReadonlyMap<string, ReadonlyMap<string, Level>>;

function sideOf(
  { gateway, secure, bind }: Socket,
  choice: ListenerChoice,
  router: BindRouter<unknown>,
  levels: Levels,
): Side {
  const hostnames = new Set<string>();
  for (const { name, hostname } of choice.listeners) {
    hostnames.add(hostname);
    for (const each of levels.get(name)?.keys() ?? []) hostnames.add(each);
  }
  return {
    gateway,
    port: bind.port,
    secure,
    choice,
    match: request => router.match(request),
    level: (listener, hostname) => levels.get(listener)?.get(hostname) ?? EMPTY_LEVEL,
    hostnames,
  };
}

function levelsOf(units: readonly Unit[], backends: Backends): Levels {
  const byListener = new Map<string, Map<string, Unplaced[]>>();
  for (const route of units) {
    if (route.kind !== 'Route') continue;
    const contenders = contendersOf(route, backends);
    for (const { listener, hostnames } of route.attachments) {
      const table = byListener.get(listener) ?? new Map<string, Unplaced[]>();
      byListener.set(listener, table);
      for (const hostname of hostnames) {
        const list = table.get(hostname) ?? [];
        table.set(hostname, list);
        for (const contender of contenders) list.push({ ...contender, hostname });
      }
    }
  }
  return new Map([...byListener].map(([listener, table]) => [listener, levelsByHostname(table)]));
}

function contendersOf(route: Route, backends: Backends): readonly Omit<Unplaced, 'hostname'>[] {
  return route.rules.flatMap(rule => {
    const action = { rule, treatment: treatmentOf(rule, backends) };
    return rule.matches.map((match, matchIndex) => ({
      route,
      rule,
      match,
      matchIndex,
      action,
      region: regionOf(match),
    }));
  });
}

function levelsByHostname(table: ReadonlyMap<string, readonly Unplaced[]>): ReadonlyMap<string, Level> {
  return new Map([...table].map(([hostname, contenders]) => [hostname, levelOf(hostname, contenders)]));
}

function levelOf(hostname: string, unplaced: readonly Unplaced[]): Level {
  const contenders = unplaced.toSorted(compareEntries).map((each, place) => ({ ...each, place }));
  const firstOf = new Map<string, number>();
  for (const { region, place } of contenders) if (!firstOf.has(region)) firstOf.set(region, place);
  return { hostname, contenders, firstOf };
}

export function isSameContender(a: Ranked, b: Ranked): boolean {
  return (
    a.route.name === b.route.name &&
    a.rule.index === b.rule.index &&
    a.matchIndex === b.matchIndex &&
    a.hostname === b.hostname
  );
}

function regionOf({ path, method, headers, query }: Match): string {
  const sorted = (conditions: Match['headers']) =>
    conditions.length === 0
      ? ''
      : conditions.map(({ kind, name, value }) => JSON.stringify([name, kind, value])).sort();
  return JSON.stringify([path.kind, path.value, method, sorted(headers), sorted(query)]);
}
