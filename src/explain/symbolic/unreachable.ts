import type { Listener, Route, Rule, Unit } from '../../ir/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import { type BindRouter, createRouter, type Entry, type Ranked } from '../../router/index.ts';
import { commonHostname } from '../../translate/index.ts';
import { type MatchRef, matchRef } from '../match-ref.ts';
import { originObject } from '../origin-object.ts';
import { type ExampleRequest, requestLineOf } from './example-request.ts';
import { type ListenerChoice, listenerChoices } from './listener-choice.ts';
import { findRequest, type Verdict } from './request-search.ts';
import { createSearchContext, type SearchContext } from './search-context.ts';
import { reasonOf, type Shadow } from './shadow.ts';

/** What takes the requests of a match in one of its places. */
type Taken =
  | { readonly kind: 'listener'; readonly listener: string; readonly hostname: string }
  | { readonly kind: 'matches'; readonly self: Ranked; readonly all: readonly Entry<Rule>[] };

interface Place {
  readonly socket: Socket;
  readonly listener: Listener;
  readonly hostname: string;
}

interface Socket {
  readonly choice: ListenerChoice;
  readonly router: BindRouter<Rule>;
}

/**
 * Rules, and matches of rules, that no request can reach under any hostname, listener and socket of their route. What
 * is told is proven; where a proof would take too much work nothing is told. A match that loses to its own rule is left
 * out, and so is one that no path can match, for nothing shadows it.
 */
export function unreachableRules(units: readonly Unit[]): readonly Shadow[] {
  const context = createSearchContext(units);
  const places = placesOf(units);
  const routes = Map.groupBy(
    units.filter(unit => unit.kind === 'Route'),
    ({ origin }) => `${origin.kind}/${origin.namespace}/${origin.name}`,
  );
  return [...routes.values()].flatMap(same => shadowsIn(same, places, context));
}

/** By the name of a listener. */
type Sockets = ReadonlyMap<string, readonly (readonly [Socket, Listener])[]>;

function placesOf(units: readonly Unit[]): Sockets {
  const router = createRouter((_, rule) => rule);
  router.apply({ upserts: units, removals: [] });
  const sockets = listenerChoices(units).flatMap(choice =>
    choice.listeners.map(listener => {
      return [{ choice, router: router.bind(choice.bind.name)! } satisfies Socket, listener] as const;
    }),
  );
  return Map.groupBy(sockets, ([, listener]) => listener.name);
}

/** Of one route, as attached to each of its Gateways. */
function shadowsIn(routes: readonly Route[], sockets: Sockets, context: SearchContext): readonly Shadow[] {
  const places = routes.map(route => ({ route, places: placesOfRoute(route, sockets) }));
  const { rules, origin } = routes[0]!;
  const object = originObject(origin);
  return rules.flatMap((rule, position) => {
    const taken = rule.matches.map((_, index) => takenEverywhere(places, position, index, context));
    return shadowsOfRule(object, rule, taken);
  });
}

function placesOfRoute(route: Route, sockets: Sockets): readonly Place[] {
  return route.attachments.flatMap(({ listener: name, hostnames }) =>
    (sockets.get(name) ?? []).flatMap(([socket, listener]) =>
      hostnames.map(hostname => ({ socket, listener, hostname })),
    ),
  );
}

/** What takes the requests of a match in a place, if something does in each: rather another rule than its own. */
function takenEverywhere(
  routes: readonly { readonly route: Route; readonly places: readonly Place[] }[],
  position: number,
  index: number,
  context: SearchContext,
): Taken | undefined {
  let first: Taken | undefined;
  for (const { route, places } of routes) {
    const match = route.rules[position]?.matches[index];
    for (const place of places) {
      const taken = match && takenIn(place, { route, rule: route.rules[position]!, match, matchIndex: index }, context);
      if (!taken) return undefined;
      if (!first || !hasOthers(first)) first = taken;
    }
  }
  return first;
}

function hasOthers(taken: Taken): boolean {
  return taken.kind === 'listener' || taken.all.some(each => !isSameRule(each, taken.self));
}

type Candidate = Omit<Ranked, 'hostname'>;

function takenIn({ listener, hostname, socket }: Place, own: Candidate, context: SearchContext): Taken | undefined {
  const common = commonHostname(hostname, listener.hostname);
  if (common === undefined) return undefined;
  const host = context.fresh.hostOf(common);
  const owner = socket.choice.of(host);
  if (owner && owner !== listener) return { kind: 'listener', listener: owner.name, hostname: common };
  const all: Entry<Rule>[] = [];
  const judge = (request: ExampleRequest): Verdict => {
    const entry = socket.router.match(requestLineOf(request));
    if (typeof entry === 'string') return 'unknown';
    if (isSame(entry, own)) return 'right';
    all.push(entry);
    return entry.match;
  };
  const { kind } = findRequest(host, [own.match], judge, context);
  return kind === 'none' && all.length > 0 ? { kind: 'matches', self: { ...own, hostname }, all } : undefined;
}

function isSame(a: Candidate, b: Candidate): boolean {
  return isSameRule(a, b) && a.matchIndex === b.matchIndex;
}

function isSameRule(a: Candidate, b: Candidate): boolean {
  return a.route.name === b.route.name && a.rule.index === b.rule.index;
}

/** One for the whole rule if no match is left, else one for each match that others take. */
function shadowsOfRule(route: ObjectRef, { index }: Rule, taken: readonly (Taken | undefined)[]): readonly Shadow[] {
  const shadows = taken.map(each => each && shadowOf(each));
  const told = shadows
    .map((shadow, match) => shadow && { route, rule: index, match, ...shadow })
    .filter(each => !!each);
  const [first] = told;
  if (!first || taken.includes(undefined)) return told;
  const { match: _, ...whole } = first;
  return [whole];
}

/** Nothing for a match that loses to its own rule alone. */
function shadowOf(taken: Taken): Pick<Shadow, 'by' | 'all' | 'listener' | 'why'> | undefined {
  if (taken.kind === 'listener') {
    const { listener, hostname } = taken;
    return { all: [], listener, why: `requests for ${hostname} belong to listener ${listener}` };
  }
  const { self, all } = taken;
  const others = all.filter(each => !isSameRule(each, self));
  const [first] = others;
  if (!first) return undefined;
  return { by: matchOf(first), all: others.map(matchOf), why: reasonOf(first, self) };
}

function matchOf({ action, matchIndex }: Entry<Rule>): MatchRef {
  return matchRef(action, matchIndex);
}
