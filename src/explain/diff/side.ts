import type { Match, Rule, Unit } from '../../ir/index.ts';
import { type BindRouter, compareEntries, createRouter, type Entry, type RequestLine } from '../../router/index.ts';
import { type ListenerChoice, listenerChoices } from '../symbolic/listener-choice.ts';
import { backendsOf, type Treatment, treatmentOf } from './treatment.ts';

/** What is kept of a rule. */
export interface Work {
  readonly rule: Rule;
  readonly treatment: Treatment;
}

/** One match of a rule under one hostname of a listener. */
export type Contender = Pick<Entry<Work>, 'hostname' | 'route' | 'rule' | 'match' | 'matchIndex' | 'action'>;

/** One socket of one of the two configurations. */
export interface Side {
  readonly choice: ListenerChoice;
  match(request: RequestLine): Entry<Work> | string;
  /** The contenders of a listener under a hostname, in order of precedence. */
  contenders(listener: string, hostname: string): readonly Contender[];
  /** All hostnames of its listeners and of what stands there. */
  readonly hostnames: ReadonlySet<string>;
}

export function sidesOf(units: readonly Unit[]): readonly Side[] {
  const backends = backendsOf(units);
  const router = createRouter<Work>((_, rule) => ({ rule, treatment: treatmentOf(rule, backends) }));
  router.apply({ upserts: units, removals: [] });
  const standing = contendersOf(units, backends);
  return listenerChoices(units).map(choice => sideOf(choice, router.bind(choice.bind.name)!, standing));
}

/** By listener, then by hostname. */
type Standing = ReadonlyMap<string, ReadonlyMap<string, readonly Contender[]>>;

const NOTHING: ReadonlyMap<string, readonly Contender[]> = new Map();

function sideOf(choice: ListenerChoice, router: BindRouter<Work>, standing: Standing): Side {
  const hostnames = new Set<string>();
  for (const { name, hostname } of choice.listeners) {
    hostnames.add(hostname);
    for (const each of (standing.get(name) ?? NOTHING).keys()) hostnames.add(each);
  }
  return {
    choice,
    match: request => router.match(request),
    contenders: (listener, hostname) => standing.get(listener)?.get(hostname) ?? [],
    hostnames,
  };
}

function contendersOf(units: readonly Unit[], backends: ReadonlySet<string>): Standing {
  const standing = new Map<string, Map<string, Contender[]>>();
  for (const route of units) {
    if (route.kind !== 'Route') continue;
    const works = route.rules.map(rule => ({ rule, treatment: treatmentOf(rule, backends) }));
    for (const { listener, hostnames } of route.attachments) {
      const table = standing.get(listener) ?? new Map<string, Contender[]>();
      standing.set(listener, table);
      for (const hostname of hostnames) {
        const list = table.get(hostname) ?? [];
        table.set(hostname, list);
        for (const action of works) {
          const { rule } = action;
          rule.matches.forEach(
            (match, matchIndex) => void list.push({ hostname, route, rule, match, matchIndex, action }),
          );
        }
      }
    }
  }
  for (const table of standing.values()) for (const list of table.values()) list.sort(compareEntries);
  return standing;
}

export function isSameContender(a: Contender, b: Contender): boolean {
  return (
    a.route.name === b.route.name &&
    a.rule.index === b.rule.index &&
    a.matchIndex === b.matchIndex &&
    a.hostname === b.hostname
  );
}

/** Equal texts for matches that hold for the same requests and rank alike. */
export function matchKey({ path, method, headers, query }: Match): string {
  const sorted = (conditions: Match['headers']) =>
    conditions.map(({ kind, name, value }) => JSON.stringify([name, kind, value])).sort();
  return JSON.stringify([path.kind, path.value, method, sorted(headers), sorted(query)]);
}
