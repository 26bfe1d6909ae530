import { hasHostnames, type PortFamily, portFamily } from '../../ir/index.ts';
import type { Verdict } from '../status/condition.ts';
import { type ConflictReason, listenerConditions } from '../status/listener-conditions.ts';
import { isProtocol } from './protocols.ts';

/** What makes a listener distinct from the others of its Gateway. */
export interface Distinction {
  readonly section: string;
  readonly path: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: string;
}

/** Undefined for a protocol that nobody knows: its listener takes part in no conflict. */
export function familyOf({ protocol }: Pick<Distinction, 'protocol'>): PortFamily | undefined {
  return isProtocol(protocol) ? portFamily(protocol) : undefined;
}

/** The Conflicted condition per section. Within one Gateway nobody wins: all that can't be told apart are refused. */
export function conflicts(listeners: readonly Distinction[]): ReadonlyMap<string, Verdict<ConflictReason>> {
  const found = new Map<string, Verdict<ConflictReason>>();
  for (const same of Map.groupBy(listeners.filter(familyOf), transportPort).values()) {
    for (const listener of same) {
      const verdict = protocolConflict(listener, same) ?? hostnameConflict(listener, same);
      if (verdict) found.set(listener.section, verdict);
    }
  }
  return found;
}

/** The ports of UDP are others than those of TCP. */
function transportPort(listener: Distinction): string {
  return `${familyOf(listener) === 'udp' ? 'udp' : 'tcp'} ${listener.port}`;
}

function protocolConflict(
  listener: Distinction,
  samePort: readonly Distinction[],
): Verdict<ConflictReason> | undefined {
  const family = familyOf(listener);
  const alone = family !== undefined && !hasHostnames(family);
  const others = samePort.filter(other => other !== listener && (alone || familyOf(other) !== family));
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
