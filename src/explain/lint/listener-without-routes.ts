import type { Listener } from '../../ir/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

const CONSEQUENCE: Readonly<Record<Listener['protocol'], string>> = {
  HTTP: 'its requests are answered with 404',
  HTTPS: 'its requests are answered with 404',
  TLS: 'its connections are refused',
  TCP: 'its connections are refused',
  UDP: 'its datagrams are dropped',
};

/** Listeners that nothing attaches to, where there are routes at all: Gateways may well be in a repository of their own. */
export function listenersWithoutRoutes({ listeners, units, routes }: LintSubject): readonly Finding[] {
  if (routes.length === 0) return [];
  const attached = units.filter(unit => unit.kind === 'Route' || unit.kind === 'TransportRoute');
  const used = new Set(attached.flatMap(route => route.attachments.map(({ listener }) => listener)));
  return [...listeners.values()]
    .filter(({ name }) => !used.has(name))
    .map(({ origin, section, hostname, protocol }) => ({
      code: 'ListenerWithoutRoutes',
      object: originObject(origin),
      path: origin.field ?? 'spec.listeners',
      message: `no route attaches to listener ${section} (${hostname}): ${CONSEQUENCE[protocol]}`,
    }));
}
