import { endpointsName, type Listener, objectOfRoute, type TransportRoute, type TransportShare } from '../ir/index.ts';
import { type ByteWays, openTransportShares, type Socket } from '../probe/index.ts';
import type { RequestFacts } from '../proxy/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import { type TransportLoser, type TransportTrace, traceTransport } from '../router/index.ts';
import { endpointsOf, percent, wayTo } from './backends.ts';
import { lostTransports, transportProblems } from './byte-causes.ts';
import type { ConfigView } from './config-view.ts';
import { destinations, endpointNotes } from './describe-rule.ts';
import { type BackendFacts, type Cause, type Explanation, type LoserFacts, NOTHING } from './explanation.ts';
import { describeListener, describeOther, routeObject } from './losers.ts';
import { placeOf } from './place.ts';
import { shareName } from './share-names.ts';
import type { Standing } from './standing.ts';
import { describeTls, type Shaken, tlsNotes } from './tls-facts.ts';

const MOST_LISTENERS = 20;
const MOST_LOSERS = 20;

/** A connection of bytes, or datagrams, and what the data plane made of it. */
export interface ByteCase {
  readonly standing: Standing;
  readonly socket: Socket;
  readonly listener: Listener;
  readonly shaken?: Shaken;
  readonly ways: ByteWays;
  readonly notes: readonly string[];
}

export function describeBytes(view: ConfigView, found: ByteCase): Explanation {
  const { standing, socket, listener, shaken, ways } = found;
  const trace = traceTransport(standing.units, socket.bind.name, listener.name, shaken?.serverName ?? '');
  const tls = shaken ? describeTls(view, shaken) : {};
  const shared = {
    ...NOTHING,
    ...tls,
    listener: describeListener(view, { listener }),
    otherListeners: trace.otherListeners.slice(0, MOST_LISTENERS).map(describeOther),
    losers: trace.losers.slice(0, MOST_LOSERS).map(loser => describeLoser(view, loser)),
    lost: trace.losers.length,
  };
  const notes = [...found.notes, ...tlsNotes(tls), ...disagreement(ways, trace)];
  if (ways.route === undefined) return { ...shared, outcome: 'error', notes, ...nobody(view, found) };
  const own = ofRoute(view, found, ways.route, trace);
  return { ...shared, ...own, notes: [...notes, ...own.notes] };
}

type RouteFacts = Pick<
  Explanation,
  'outcome' | 'summary' | 'causes' | 'match' | 'decidedBy' | 'backends' | 'problems' | 'notes'
>;

function ofRoute(view: ConfigView, found: ByteCase, route: TransportRoute, trace: TransportTrace): RouteFacts {
  const object = routeObject({ route });
  const { listener, ways, standing } = found;
  const backends = describeShares(view, found, route);
  const reached = ways.answers.some(({ endpoint }) => endpoint !== undefined);
  const place = placeOf(view, object);
  const by = `by ${object.kind} ${route.route}${place.source === undefined ? '' : ` (${place.source})`}`;
  const hostname = trace.winner?.hostname ?? '*';
  return {
    outcome: reached ? 'route' : 'error',
    summary: reached ? `→ ${destinations(backends)} ${by}` : `${refusal(listener, ways, backends)}, ${by}`,
    causes: causesOf(view, object, ways, backends),
    match: {
      kind: object.kind,
      route: route.route,
      rule: 0,
      ...(route.ruleName !== undefined && { ruleName: route.ruleName }),
      match: 0,
      conditions: listener.protocol === 'UDP' ? 'every datagram' : 'every connection',
      hostname,
      ...place,
    },
    decidedBy: trace.losers.length === 0 ? 'no other route stands here' : decision(trace.losers[0]!),
    backends,
    problems: transportProblems(view, object),
    notes: endpointNotes(openBackends(route), standing, otherwise(listener)),
  };
}

function openBackends(route: TransportRoute): readonly string[] {
  return openTransportShares(route).flatMap(({ target }) => (target.kind === 'backend' ? [target.backend] : []));
}

function decision({ why, route }: TransportLoser): string {
  const over = ` (before ${routeObject({ route }).kind} ${route.route})`;
  return why === 'other-name' ? 'no other route has the server name' : `${DECIDED[why]}${over}`;
}

const DECIDED: Readonly<Record<TransportLoser['why'], string>> = {
  'other-name': '',
  'less-specific': 'the hostname is more specific',
  younger: 'the route is older',
  later: 'all else is equal, and the route is first by namespace and name',
};

const WHY_LOST: Readonly<Record<TransportLoser['why'], string>> = {
  'other-name': 'its hostnames do not mean the server name',
  'less-specific': 'has the server name too, but the more specific hostname goes first',
  younger: 'stands here too, but an older route serves the listener',
  later: 'stands here too, but of routes of one age the first by namespace and name goes first',
};

function describeLoser(view: ConfigView, { route, hostnames, why }: TransportLoser): LoserFacts {
  const names = why === 'other-name' ? ` (${hostnames.join(', ')})` : '';
  return {
    route: route.route,
    rule: 0,
    match: 0,
    reason: `${WHY_LOST[why]}${names}`,
    ...placeOf(view, routeObject({ route })),
  };
}

function describeShares(
  view: ConfigView,
  { standing, shaken }: ByteCase,
  route: TransportRoute,
): readonly BackendFacts[] {
  const object = routeObject({ route });
  const open = openTransportShares(route);
  const total = open.reduce((sum, { weight }) => sum + weight, 0);
  // The client speaks TLS with the backend itself.
  const passed = shaken?.listener?.tls?.mode === 'passthrough';
  return route.backends.map((share, index): BackendFacts => {
    const { target, weight } = share;
    const backend = target.kind === 'backend' ? target.backend : undefined;
    const way = backend === undefined || passed ? {} : wayTo(standing.backends.get(backend), true);
    return {
      ref: target.kind === 'failure' ? refusedRef(share) : shareName({ target }),
      weight,
      share: percent(weight, total),
      endpoints: backend === undefined ? [] : endpointsOf(view, standing.endpoints, backend),
      ...way,
      ...(open.length === 1 && weight > 0 && backend !== undefined && { picked: true }),
      ...placeOf(view, object, `spec.rules[0].backendRefs[${index}]`),
    };
  });
}

function refusedRef({ target }: TransportShare): string {
  return target.kind === 'failure' ? `refused (${target.reason})` : '';
}

function otherwise(listener: Listener) {
  return { said: dropped(listener), would: dropped(listener) };
}

function dropped({ protocol }: Pick<Listener, 'protocol'>): string {
  return protocol === 'UDP' ? 'datagrams are dropped' : 'connections are refused';
}

function refusal({ protocol }: Listener, { answers }: ByteWays, backends: readonly BackendFacts[]): string {
  const what = dropped({ protocol });
  const empty = answers.find(({ outcome }) => outcome === 'no-endpoints');
  if (empty !== undefined) return `${what}: no endpoints for ${refOf(empty, backends)}`;
  if (backends.every(({ weight }) => weight === 0)) return `${what}: no backend has a share of them`;
  return `${what}: the backend can't be used`;
}

function refOf({ backend = '' }: RequestFacts, backends: readonly BackendFacts[]): string {
  const ref = shareName({ target: { kind: 'backend', backend: endpointsName(backend) } });
  return backends.find(each => each.ref === ref)?.ref ?? ref;
}

function causesOf(
  view: ConfigView,
  object: ObjectRef,
  { answers }: ByteWays,
  backends: readonly BackendFacts[],
): readonly Cause[] {
  if (answers.every(({ endpoint }) => endpoint !== undefined)) return [];
  const empty = answers.filter(({ outcome }) => outcome === 'no-endpoints').map(answer => refOf(answer, backends));
  return [
    ...empty.map(ref => ({
      message: `${ref} has no endpoint that is ready: no Pod behind the Service, or none that is ready`,
    })),
    ...transportProblems(view, object)
      .filter(({ severity }) => severity === 'error')
      .map(({ message, source, fix }) => {
        return { message, ...(source !== undefined && { source }), ...(fix !== undefined && { fix }) };
      }),
  ];
}

function nobody(view: ConfigView, { listener, shaken }: ByteCase): Pick<Explanation, 'summary' | 'causes'> {
  const what = listener.protocol === 'UDP' ? 'the datagrams are dropped' : 'the connection is refused';
  const name = shaken?.serverName;
  const asked = name === undefined ? '' : name === '' ? ' without a server name' : ` for ${name}`;
  return {
    summary: `${what}${asked}: no route of listener ${describeListener(view, { listener }).name} takes it`,
    causes: lostTransports(view, listener),
  };
}

/** The trace and the data plane read the same routes in two ways. */
function disagreement({ route }: ByteWays, { winner }: TransportTrace): readonly string[] {
  const went = route && objectOfRoute(route.name);
  const traced = winner && objectOfRoute(winner.route.name);
  if (went === traced) return [];
  return [`internal error: the data plane took ${went ?? 'no route'}, the trace ${traced ?? 'none'}; please report it`];
}
