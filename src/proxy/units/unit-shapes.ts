import type {
  Attachment,
  Backend,
  BackendTls,
  Bind,
  ClientValidation,
  Endpoint,
  Endpoints,
  Listener,
  ListenerTls,
  Origin,
  Secret,
  TlsTermination,
  TransportRoute,
  TransportShare,
  Unit,
  UnitKind,
} from '../../ir/index.ts';
import { parseCidr } from '../trust.ts';
import { failure, routeShape } from './route-shape.ts';
import { either, list, meaning, number, object, optional, type Shape, text, variants, word } from './shape.ts';

const PORT = number(0, 65_535);

/** For people: what is not known of it changes nothing. */
export const origin = object<Origin>({ kind: text, namespace: text, name: text, field: optional(text) }, 'ignored');
export const attachment = object<Attachment>({ listener: text, hostnames: list(text) });

const secret = object<Secret>({
  kind: word('Secret'),
  name: text,
  hash: text,
  content: variants<Secret['content'], 'kind'>('kind', {
    keyPair: object({
      kind: word('keyPair'),
      chain: text,
      key: text,
      algorithm: word('rsa', 'ecdsa', 'other'),
      hostnames: list(text),
    }),
    authorities: object({ kind: word('authorities'), pem: text }),
    sessionKeys: object({ kind: word('sessionKeys'), keys: list(text) }),
  }),
  origin,
});

const backend = object<Backend>({
  kind: word('Backend'),
  name: text,
  hash: text,
  protocol: word('http1', 'http2', 'negotiated'),
  tls: optional(
    object<BackendTls>({
      serverName: text,
      names: list(object<BackendTls['names'][number]>({ kind: word('dns', 'uri'), value: text })),
      authorities: either(word('system'), list(text)),
      clientCertificate: optional(text),
    }),
  ),
  resolve: optional(object<NonNullable<Backend['resolve']>>({ hostname: text, port: PORT })),
  proxyProtocol: optional(word('v1', 'v2')),
  origin,
});

const endpoints = object<Endpoints>({
  kind: word('Endpoints'),
  name: text,
  hash: text,
  endpoints: list(object<Endpoint>({ address: text, port: PORT, state: word('ready', 'draining') })),
});

const transportRoute = object<TransportRoute>({
  kind: word('TransportRoute'),
  name: text,
  hash: text,
  route: text,
  created: number(),
  attachments: list(attachment),
  backends: list(
    object<TransportShare>({
      weight: number(),
      target: variants<TransportShare['target'], 'kind'>('kind', {
        backend: object({ kind: word('backend'), backend: text }),
        failure,
      }),
    }),
  ),
  ruleName: optional(text),
  origin,
});

const listener = object<Listener>({
  kind: word('Listener'),
  name: text,
  hash: text,
  gateway: text,
  section: text,
  port: PORT,
  protocol: word('HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'),
  hostname: text,
  tls: optional(
    variants<ListenerTls, 'mode'>('mode', {
      passthrough: object({ mode: word('passthrough') }),
      terminate: object<TlsTermination>({
        mode: word('terminate'),
        certificates: list(text),
        minVersion: optional(word('TLSv1.2', 'TLSv1.3')),
        ciphers: optional(text),
        clients: optional(
          object<ClientValidation>({ mode: word('valid-only', 'insecure-fallback'), authorities: list(text) }),
        ),
      }),
    }),
  ),
  origin,
});

const cidr = meaning('a CIDR block such as 10.0.0.0/8', value => parseCidr(value) !== undefined);

const bind = object<Bind>({
  kind: word('Bind'),
  name: text,
  hash: text,
  transport: optional(word('udp')),
  host: text,
  port: PORT,
  listeners: list(text),
  proxyProtocol: optional(list(cidr)),
});

/** What this data plane understands. A new field of the IR does not compile until it stands here. */
export const UNIT_SHAPES: { readonly [K in UnitKind]: Shape<Extract<Unit, { kind: K }>> } = {
  Secret: secret,
  Backend: backend,
  Endpoints: endpoints,
  Route: routeShape(attachment, origin),
  TransportRoute: transportRoute,
  Listener: listener,
  Bind: bind,
};
