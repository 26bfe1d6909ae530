import type { Bind, Delta, Listener, Route } from '../ir/index.ts';
import { isExceeded, renew } from './effort.ts';
import { createHostIndex, getHost, type HostIndex, mostSpecific, setHost } from './host-index.ts';
import { clearLeaf, type Leaf, sortLeaf } from './leaf.ts';
import { createListenerTable, type ListenerTable, matchListener, takesRequests } from './listener-table.ts';
import { removeLeaf, settlePaths } from './path-index.ts';
import { Patterns } from './patterns.ts';
import { compileRoute, type PlacedRoute, placeRoute } from './placed-route.ts';
import type { BindRouter, CompileRule, RefuseRoute, Router } from './router.ts';
import { createTransportTable, type TransportTable } from './transport-table.ts';

interface State<T> {
  readonly compileRule: CompileRule<T>;
  readonly refuse: RefuseRoute | undefined;
  readonly patterns: Patterns;
  readonly routes: Map<string, PlacedRoute<T>>;
  readonly tables: Map<string, ListenerTable<T>>;
  readonly transport: TransportTable;
  readonly binds: Map<string, BoundRouter<T>>;
  rules: number;
  nodes: number;
}

interface BoundRouter<T> extends BindRouter<T> {
  unit: Bind;
  /** Of HTTP and HTTPS. */
  hosts: HostIndex<ListenerTable<T>>;
  /** Of HTTPS and TLS. */
  serverNames: HostIndex<Listener>;
  firsts: ReadonlyMap<Listener['protocol'], Listener>;
}

/** What a delta really changes, by name; undefined where the unit goes. */
interface Changes<T> {
  readonly routes: Map<string, PlacedRoute<T> | undefined>;
  readonly listeners: Map<string, Listener | undefined>;
  readonly binds: Map<string, Bind | undefined>;
}

/**
 * An empty router. If `compileRule` throws, `apply` passes it on and has changed nothing; with `refuse` that route alone is left as
 * it was, and so is one with a regular expression that RE2 refuses.
 */
export function createRouter<T>(compileRule: CompileRule<T>, refuse?: RefuseRoute): Router<T> {
  const state: State<T> = {
    compileRule,
    refuse,
    patterns: new Patterns(),
    routes: new Map(),
    tables: new Map(),
    transport: createTransportTable(),
    binds: new Map(),
    rules: 0,
    nodes: 0,
  };
  return {
    apply: delta => apply(state, delta),
    bind: name => state.binds.get(name),
    get compiled() {
      return { rules: state.rules, nodes: state.nodes };
    },
  };
}

function apply<T>(state: State<T>, delta: Delta): void {
  const changes = changesOf(state, delta);
  for (const unit of delta.upserts) if (unit.kind === 'TransportRoute') state.transport.set(unit.name, unit);
  for (const { kind, name } of delta.removals) if (kind === 'TransportRoute') state.transport.set(name, undefined);
  if (changes.routes.size + changes.listeners.size + changes.binds.size === 0) return;
  const touched = takeOut(state, changes);
  for (const [name, listener] of changes.listeners) tableOf(state, name).listener = listener;
  for (const [name, route] of changes.routes) putIn(state, name, route, touched);
  for (const leaf of touched) settleLeaf(state, leaf);
  for (const leaf of touched) settlePaths(leaf.home);
  updateBinds(state, changes);
  for (const [name, table] of state.tables) if (!table.listener && table.routes.size === 0) state.tables.delete(name);
  state.patterns.sweep();
}

function changesOf<T>(state: State<T>, delta: Delta): Changes<T> {
  const changes: Changes<T> = { routes: new Map(), listeners: new Map(), binds: new Map() };
  for (const unit of delta.upserts) {
    if (unit.kind === 'Route') noteRoute(state, changes, unit);
    else if (unit.kind === 'Listener') changes.listeners.set(unit.name, unit);
    else if (unit.kind === 'Bind') changes.binds.set(unit.name, unit);
  }
  for (const { kind, name } of delta.removals) {
    if (kind === 'Route') changes.routes.set(name, undefined);
    else if (kind === 'Listener') changes.listeners.set(name, undefined);
    else if (kind === 'Bind') changes.binds.set(name, undefined);
  }
  dropUnchanged(state, changes);
  return changes;
}

function noteRoute<T>(state: State<T>, changes: Changes<T>, route: Route): void {
  if (state.routes.get(route.name)?.route.hash === route.hash) {
    changes.routes.delete(route.name);
    return;
  }
  const placed = compiled(state, route);
  if (placed === undefined) return;
  state.rules += route.rules.length;
  changes.routes.set(route.name, placed);
}

/** Undefined where it is refused. */
function compiled<T>({ compileRule, refuse, patterns }: State<T>, route: Route): PlacedRoute<T> | undefined {
  if (refuse === undefined) return compileRoute(route, compileRule);
  const broken = patterns.broken(expressionsOf(route));
  if (broken !== undefined) {
    refuse(route, `'${broken}' is no regular expression of RE2`);
    return undefined;
  }
  try {
    return compileRoute(route, compileRule);
  } catch (error) {
    refuse(route, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function expressionsOf({ rules }: Route): readonly string[] {
  const conditions = rules.flatMap(({ matches }) =>
    matches.flatMap(each => [each.path, ...each.headers, ...each.query]),
  );
  return conditions.filter(({ kind }) => kind === 'regex').map(({ value }) => value);
}

/** Forgets what is as before, and adds the routes of changed listeners: their entries name the listener. */
function dropUnchanged<T>(state: State<T>, { routes, listeners, binds }: Changes<T>): void {
  for (const [name, bind] of binds) if (state.binds.get(name)?.unit.hash === bind?.hash) binds.delete(name);
  for (const [name, listener] of listeners) {
    const table = state.tables.get(name);
    if (table?.listener?.hash === listener?.hash) listeners.delete(name);
    else for (const route of table?.routes ?? []) if (!routes.has(route)) routes.set(route, moved(state, route));
  }
}

function moved<T>(state: State<T>, name: string): PlacedRoute<T> | undefined {
  const placed = state.routes.get(name);
  return placed && { ...placed, leaves: [] };
}

function takeOut<T>(state: State<T>, changes: Changes<T>): Set<Leaf<T>> {
  const touched = new Set<Leaf<T>>();
  for (const name of changes.routes.keys()) {
    const placed = state.routes.get(name);
    for (const leaf of placed?.leaves ?? []) touched.add(leaf);
    for (const { listener } of placed?.route.attachments ?? []) state.tables.get(listener)?.routes.delete(name);
  }
  for (const leaf of touched) clearLeaf(leaf, changes.routes, state.patterns);
  return touched;
}

function putIn<T>(state: State<T>, name: string, placed: PlacedRoute<T> | undefined, touched: Set<Leaf<T>>): void {
  if (!placed) {
    state.routes.delete(name);
    return;
  }
  state.routes.set(name, placed);
  for (const { listener } of placed.route.attachments) tableOf(state, listener).routes.add(name);
  placeRoute(placed, state.tables, state.patterns);
  for (const leaf of placed.leaves) touched.add(leaf);
}

function tableOf<T>(state: State<T>, listener: string): ListenerTable<T> {
  const known = state.tables.get(listener);
  if (known) return known;
  const table = createListenerTable<T>();
  state.tables.set(listener, table);
  return table;
}

function settleLeaf<T>(state: State<T>, leaf: Leaf<T>): void {
  state.nodes++;
  if (leaf.candidates.length === 0) removeLeaf(leaf, state.patterns);
  else sortLeaf(leaf);
}

function updateBinds<T>(state: State<T>, { listeners, binds }: Changes<T>): void {
  for (const [name, unit] of binds) {
    const bound = state.binds.get(name);
    if (!unit) state.binds.delete(name);
    else if (bound) bound.unit = unit;
    else state.binds.set(name, createBound(unit, state));
  }
  for (const [name, bound] of state.binds) {
    if (binds.has(name) || bound.unit.listeners.some(listener => listeners.has(listener))) indexBind(state, bound);
  }
}

function createBound<T>(unit: Bind, { patterns: { effort }, tables, transport }: State<T>): BoundRouter<T> {
  const bound: BoundRouter<T> = {
    unit,
    hosts: createHostIndex(),
    serverNames: createHostIndex(),
    firsts: new Map(),
    match(request, arrivedAt = '') {
      const table = mostSpecific(bound.hosts, request.host);
      if (table === undefined) return 'no-listener';
      if (arrivedAt !== '' && table.listener?.name !== arrivedAt) return 'misdirected';
      renew(effort);
      const found = matchListener(table, request);
      return isExceeded(effort) ? 'too-costly' : (found ?? 'no-route');
    },
    listenerFor: serverName => mostSpecific(bound.serverNames, serverName),
    first: protocol => bound.firsts.get(protocol),
    transport(name, serverName) {
      const listener = tables.get(name)?.listener;
      if (listener === undefined) return 'no-listener';
      const route = transport.match(name, serverName);
      return route === undefined ? 'no-route' : { listener, route };
    },
  };
  return bound;
}

/** Of two listeners with one hostname the first in the bind's list counts. */
function indexBind<T>(state: State<T>, bound: BoundRouter<T>): void {
  const hosts = createHostIndex<ListenerTable<T>>();
  const serverNames = createHostIndex<Listener>();
  const firsts = new Map<Listener['protocol'], Listener>();
  for (const name of bound.unit.listeners) {
    const table = state.tables.get(name);
    if (!table?.listener) continue;
    const { hostname, protocol, tls } = table.listener;
    if (takesRequests(table.listener) && !getHost(hosts, hostname)) setHost(hosts, hostname, table);
    if (tls && !getHost(serverNames, hostname)) setHost(serverNames, hostname, table.listener);
    if (!firsts.has(protocol)) firsts.set(protocol, table.listener);
  }
  bound.hosts = hosts;
  bound.serverNames = serverNames;
  bound.firsts = firsts;
  state.nodes++;
}
