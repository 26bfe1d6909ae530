import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Listeners that nothing attaches to, where there are routes at all: Gateways may well be in a repository of their own. */
export function listenersWithoutRoutes({ listeners, attached, routes }: LintSubject): readonly Finding[] {
  if (routes.length === 0) return [];
  const used = new Set(attached.flatMap(route => route.attachments.map(({ listener }) => listener)));
  return [...listeners.values()]
    .filter(({ name }) => !used.has(name))
    .map(({ origin, section, hostname }) => ({
      code: 'ListenerWithoutRoutes',
      object: originObject(origin),
      path: origin.field ?? 'spec.listeners',
      message: `no route attaches to listener ${section} (${hostname}): its requests are answered with 404`,
    }));
}
