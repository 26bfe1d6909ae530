import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';
import { commonHostname } from './hostnames.ts';
import type { ListenerView } from './listeners.ts';
import { isEncrypted } from './protocols.ts';

/**
 * OverlappingTLSConfig (GEP-3567) per section: a client of HTTP/2 that reached one listener may use its connection for hosts of
 * the other, where their hostnames have names in common.
 */
export function overlaps(listeners: readonly ListenerView[]): ReadonlyMap<string, Verdict> {
  const found = new Map<string, Verdict>();
  const encrypted = listeners.filter(({ protocol, accepted }) => isEncrypted(protocol) && accepted.status === 'True');
  for (const same of Map.groupBy(encrypted, listener => listener.port).values()) {
    for (const listener of same) {
      const others = same.filter(
        other => other !== listener && commonHostname(other.hostname, listener.hostname) !== undefined,
      );
      const sections = others.map(({ section }) => section);
      if (others.length > 0) found.set(listener.section, listenerConditions.overlapping(listener.port, sections));
    }
  }
  return found;
}
