import type { Bind, Listener, Unit } from '../../ir/index.ts';

/** Which listener of a socket a host belongs to: as the router chooses, the most specific hostname. */
export interface ListenerChoice {
  readonly bind: Bind;
  readonly listeners: readonly Listener[];
  of(host: string): Listener | undefined;
}

/** One for each socket that has listeners. */
export function listenerChoices(units: readonly Unit[]): readonly ListenerChoice[] {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  return units.filter(unit => unit.kind === 'Bind').map(bind => choiceOf(bind, listeners));
}

function choiceOf(bind: Bind, known: ReadonlyMap<string, Listener>): ListenerChoice {
  const listeners = bind.listeners.map(name => known.get(name)).filter(listener => listener !== undefined);
  const byHostname = new Map<string, Listener>();
  for (const listener of listeners) if (!byHostname.has(listener.hostname)) byHostname.set(listener.hostname, listener);
  return { bind, listeners, of: host => mostSpecific(byHostname, host) };
}

function mostSpecific(byHostname: ReadonlyMap<string, Listener>, host: string): Listener | undefined {
  for (const hostname of hostnamesOf(host)) {
    const listener = byHostname.get(hostname);
    if (listener) return listener;
  }
  return undefined;
}

/** The hostnames that mean a host, from the most specific to `*`. */
export function hostnamesOf(host: string): readonly string[] {
  const hostnames = [host];
  for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1))
    hostnames.push(`*${host.slice(dot)}`);
  hostnames.push('*');
  return hostnames;
}

/** What two hostnames have in common, or nothing: of two that overlap one is as wide as both. */
export function commonHostname(a: string, b: string): string | undefined {
  if (a === b || b === '*') return a;
  if (a === '*') return b;
  if (isBelow(a, b)) return a;
  return isBelow(b, a) ? b : undefined;
}

function isBelow(hostname: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && hostname.length > wildcard.length - 1 && hostname.endsWith(wildcard.slice(1));
}
