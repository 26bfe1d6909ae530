import { list, map, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { GATEWAY_GROUP, groupName, hostname, kindName, port, sectionName } from './names.ts';
import { secretReference } from './references.ts';
import { labelSelector } from './selector.ts';

/** What Gateway and ListenerSet share: the listener and the rules on a list of them. */

export const annotationValue = text({ maxLength: 4096 });

const allowedRoutes = object({
  namespaces: withDefault(
    object({
      from: withDefault(oneOf('All', 'Selector', 'Same'), 'Same'),
      selector: optional(labelSelector),
    }),
    { from: 'Same' },
  ),
  kinds: optional(list(object({ group: withDefault(groupName, GATEWAY_GROUP), kind: kindName }), { max: 8 })),
});

interface ListenerTLS {
  readonly mode: string;
  readonly certificateRefs?: readonly unknown[];
  readonly options?: Readonly<Record<string, string>>;
}

function terminateHasCertificates(tls: ListenerTLS): string | undefined {
  if (tls.mode !== 'Terminate' || tls.certificateRefs?.length || Object.keys(tls.options ?? {}).length)
    return undefined;
  return 'mode Terminate needs certificateRefs (or options)';
}

const listenerTLS = ruled(
  object({
    mode: withDefault(oneOf('Terminate', 'Passthrough'), 'Terminate'),
    certificateRefs: optional(list(secretReference, { max: 64 })),
    options: optional(map(annotationValue, { max: 16 })),
  }),
  terminateHasCertificates,
);

const protocol = text({
  minLength: 1,
  maxLength: 255,
  pattern:
    /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$/,
  meaning: 'HTTP, HTTPS, TLS, TCP, UDP, or a domain and a name such as example.com/bar',
});

export const listener = object({
  name: sectionName,
  hostname: optional(hostname),
  port,
  protocol,
  tls: optional(listenerTLS),
  allowedRoutes: withDefault(allowedRoutes, { namespaces: { from: 'Same' } }),
});
export type ListenerSpec = Infer<typeof listener>;

type Listeners = readonly ListenerSpec[];

function tlsFollowsProtocol(listeners: Listeners): string | undefined {
  for (const { name, protocol, tls } of listeners) {
    if (tls && ['HTTP', 'TCP', 'UDP'].includes(protocol)) return `listener ${name}: protocol ${protocol} has no tls`;
    if (tls && protocol === 'HTTPS' && tls.mode !== 'Terminate')
      return `listener ${name}: protocol HTTPS needs tls.mode Terminate`;
    if (!tls && protocol === 'TLS') return `listener ${name}: protocol TLS needs tls with a mode`;
  }
  return undefined;
}

function hostnameFollowsProtocol(listeners: Listeners): string | undefined {
  const wrong = listeners.find(({ protocol, hostname }) => hostname && ['TCP', 'UDP'].includes(protocol));
  return wrong && `listener ${wrong.name}: protocol ${wrong.protocol} has no hostname`;
}

function listenersAreDistinct(listeners: Listeners): string | undefined {
  const key = (l: ListenerSpec) => `${l.port}/${l.protocol}/${l.hostname ?? ''}`;
  for (const [i, one] of listeners.entries()) {
    const other = listeners.slice(0, i).find(l => key(l) === key(one));
    if (other) return `listeners ${other.name} and ${one.name} have the same port, protocol and hostname`;
  }
  return undefined;
}

/** Names are distinct as the list's key. */
export const listeners = ruled(
  list(listener, { min: 1, max: 64, unique: ['name'] }),
  tlsFollowsProtocol,
  hostnameFollowsProtocol,
  listenersAreDistinct,
);
