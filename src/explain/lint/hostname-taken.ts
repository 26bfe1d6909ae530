import { type Listener, portFamily, type Route } from '../../ir/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import { matchesHostname } from '../../router/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Hostnames of a route whose requests all belong to a more specific listener of the port, which the route is not attached to. */
export function hostnamesTaken(subject: LintSubject): readonly Finding[] {
  const { attached, listeners } = subject;
  const byPort = Map.groupBy(listeners.values(), portOf);
  return attached.flatMap(route =>
    route.attachments.flatMap(({ listener: name, hostnames }) => {
      const listener = listeners.get(name);
      const rivals = listener ? (byPort.get(portOf(listener)) ?? []) : [];
      if (!listener || rivals.length < 2) return [];
      return hostnames.flatMap(hostname => taken(hostname, listener, rivals, route, subject));
    }),
  );
}

/** A port of UDP is another one than that of TCP. */
function portOf({ gateway, port, protocol }: Listener): string {
  return `${gateway}:${port} ${portFamily(protocol)}`;
}

function taken(
  hostname: string,
  listener: Listener,
  rivals: readonly Listener[],
  { attachments, origin }: Route,
  subject: LintSubject,
): readonly Finding[] {
  const owner = rivals.filter(rival => covers(rival.hostname, hostname)).reduce(moreSpecific, listener);
  if (attachments.some(own => own.listener === owner.name)) return [];
  const object = originObject(origin);
  const parent = originObject(owner.origin);
  // Its connections are chosen by the same server names, and it takes no requests.
  const closed = owner.protocol === 'TLS';
  return [
    {
      code: 'HostnameTaken',
      object,
      path: fieldOf(hostname, object, subject),
      message:
        `requests for ${hostname} never come to the route by listener ${listener.section} (${listener.hostname}): ` +
        `they belong to listener ${owner.section} (${owner.hostname}) of ${parent.kind} ${parent.namespace}/${parent.name}` +
        (closed ? ', which takes TLSRoutes' : '; attach the route to that one too'),
      ...(!closed && { fix: attachTo(parent, owner.section) }),
    },
  ];
}

function attachTo({ kind, namespace, name }: ObjectRef, section: string): string {
  const start = kind === 'Gateway' ? '' : `kind: ${kind}\n  `;
  return `parentRefs:\n- ${start}name: ${name}\n  namespace: ${namespace}\n  sectionName: ${section}\n`;
}

function fieldOf(hostname: string, object: ObjectRef, { get }: LintSubject): string {
  const route = get(object);
  const hostnames = route?.kind === 'HTTPRoute' ? (route.spec.hostnames ?? []) : [];
  const index = hostnames.findIndex(own => own.toLowerCase() === hostname);
  return index < 0 ? 'spec.parentRefs' : `spec.hostnames[${index}]`;
}

/** Every host of `inner` is one of `outer`. */
function covers(outer: string, inner: string): boolean {
  return outer === inner || matchesHostname(outer, inner);
}

/** Of listeners that cover one hostname, one covers the other. */
function moreSpecific(one: Listener, other: Listener): Listener {
  return covers(one.hostname, other.hostname) ? other : one;
}
