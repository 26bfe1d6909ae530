import type { Listener, Route, Unit } from '../ir/index.ts';
import { holds } from './conditions.ts';
import { matchesHostname } from './hostname.ts';
import { takesRequests } from './listener-table.ts';
import { compilePattern } from './patterns.ts';
import { compareEntries, compareHostnames } from './precedence.ts';
import type { Entry, Outcome, RequestLine } from './router.ts';

/**
 * The matching rules written down plainly, without an index: what the compiled router must agree with, and the place to
 * look when the question is what is right. Takes any set of units; nothing is remembered between calls.
 */
export function matchReference(
  units: readonly Unit[],
  bind: string,
  request: RequestLine,
  arrivedAt = '',
): Outcome<undefined> {
  const listener = ownerOf(listenersOf(units, bind).filter(takesRequests), request.host);
  if (!listener) return 'no-listener';
  if (arrivedAt !== '' && listener.name !== arrivedAt) return 'misdirected';
  const routes = units.filter(unit => unit.kind === 'Route');
  const entries = routes.flatMap(route => entriesOf(route, listener));
  const holding = entries.filter(entry => holds(entry, request, testWhole));
  return holding.sort(compareEntries)[0] ?? 'no-route';
}

function testWhole(source: string, text: string): boolean {
  return compilePattern(source)?.testExact(text) ?? false;
}

/** The naive {@link BindRouter.listenerFor}: of those with TLS, the owner of the name. */
export function listenerForReference(units: readonly Unit[], bind: string, serverName: string): Listener | undefined {
  return ownerOf(
    listenersOf(units, bind).filter(({ tls }) => tls !== undefined),
    serverName,
  );
}

/** The listeners of a socket that are there, in the order in which it names them. */
export function listenersOf(units: readonly Unit[], bind: string): Listener[] {
  const socket = units.find(unit => unit.kind === 'Bind' && unit.name === bind);
  const names = socket?.kind === 'Bind' ? socket.listeners : [];
  return names.flatMap(name => units.filter(unit => unit.kind === 'Listener').filter(unit => unit.name === name));
}

/** The one that a host belongs to: with the most specific hostname, of several with one hostname the first. */
export function ownerOf(listeners: readonly Listener[], host: string): Listener | undefined {
  return listeners
    .filter(({ hostname }) => matchesHostname(hostname, host))
    .sort((a, b) => compareHostnames(a.hostname, b.hostname))[0];
}

/** An entry per hostname, rule and match with which a route stands at a listener. */
export function entriesOf(route: Route, listener: Listener): Entry<undefined>[] {
  const hostnames = route.attachments.filter(each => each.listener === listener.name).flatMap(each => each.hostnames);
  return hostnames.flatMap(hostname =>
    route.rules.flatMap(rule =>
      rule.matches.map((match, matchIndex) => {
        return { listener, hostname, route, rule, match, matchIndex, action: undefined };
      }),
    ),
  );
}
