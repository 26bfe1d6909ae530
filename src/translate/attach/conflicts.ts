import type { Verdict } from '../status/condition.ts';
import { type ConflictReason, listenerConditions } from '../status/listener-conditions.ts';

/** What makes a listener distinct from the others of its Gateway. */
export interface Distinction {
  readonly section: string;
  readonly path: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: string;
}

/**
 * Protocols that a port can serve together are of one family. TCP listeners take part in no conflict before Sluice
 * serves them (the spec: an implementation that doesn't refuses only them), UDP has ports of its own.
 */
const FAMILY: Readonly<Record<string, 'clear' | 'tls'>> = { HTTP: 'clear', HTTPS: 'tls', TLS: 'tls' };

/** The Conflicted condition per section. Within one Gateway nobody wins: all that can't be told apart are refused. */
export function conflicts(listeners: readonly Distinction[]): ReadonlyMap<string, Verdict<ConflictReason>> {
  const found = new Map<string, Verdict<ConflictReason>>();
  for (const [, same] of Map.groupBy(listeners.filter(familyOf), listener => listener.port)) {
    for (const listener of same) {
      const verdict = protocolConflict(listener, same) ?? hostnameConflict(listener, same);
      if (verdict) found.set(listener.section, verdict);
    }
  }
  return found;
}

function familyOf({ protocol }: Distinction): 'clear' | 'tls' | undefined {
  return Object.hasOwn(FAMILY, protocol) ? FAMILY[protocol] : undefined;
}

function protocolConflict(
  listener: Distinction,
  samePort: readonly Distinction[],
): Verdict<ConflictReason> | undefined {
  const others = samePort.filter(other => familyOf(other) !== familyOf(listener));
  return others.length === 0
    ? undefined
    : listenerConditions.protocolConflict(listener.path, listener.port, sections(others));
}

function hostnameConflict(
  listener: Distinction,
  samePort: readonly Distinction[],
): Verdict<ConflictReason> | undefined {
  const others = samePort.filter(other => other !== listener && other.hostname === listener.hostname);
  return others.length === 0
    ? undefined
    : listenerConditions.hostnameConflict(listener.path, listener.port, listener.hostname, sections(others));
}

function sections(listeners: readonly Distinction[]): readonly string[] {
  return listeners.map(listener => listener.section);
}
