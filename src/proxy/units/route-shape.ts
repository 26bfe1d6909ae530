import type {
  Action,
  Attachment,
  Cors,
  DirectAnswer,
  Failure,
  Filter,
  Forward,
  Match,
  Origin,
  OriginPattern,
  PathChange,
  PathMatch,
  Redirect,
  Retry,
  Route,
  Rule,
  Session,
  Timeouts,
  ValueMatch,
  WeightedBackend,
} from '../../ir/index.ts';
import { either, flag, list, number, object, optional, pair, type Shape, text, variants, word } from './shape.ts';

const pathChange = variants<PathChange, 'kind'>('kind', {
  full: object({ kind: word('full'), value: text }),
  prefix: object({ kind: word('prefix'), prefix: text, value: text }),
});

const redirect = object<Redirect>({
  kind: word('redirect'),
  status: word(301, 302, 303, 307, 308),
  scheme: optional(word('http', 'https')),
  hostname: optional(text),
  port: optional(number(1, 65_535)),
  path: optional(pathChange),
});

const direct = object<DirectAnswer>({
  kind: word('direct'),
  status: number(200, 599),
  headers: list(pair(text, text)),
  body: text,
});

export const failure = object<Failure>({ kind: word('failure'), status: word(500), reason: text });

const HEADER_CHANGE = { set: list(pair(text, text)), add: list(pair(text, text)), remove: list(text) };
const anyOr = either(word('any'), list(text));

const filter = variants<Filter, 'kind'>('kind', {
  requestHeaders: object({ kind: word('requestHeaders'), ...HEADER_CHANGE }),
  responseHeaders: object({ kind: word('responseHeaders'), ...HEADER_CHANGE }),
  rewrite: object<Extract<Filter, { kind: 'rewrite' }>>({
    kind: word('rewrite'),
    hostname: optional(text),
    path: optional(pathChange),
  }),
  mirror: object({ kind: word('mirror'), backend: text, share: number(0, 1) }),
  cors: object<Cors>({
    kind: word('cors'),
    origins: either(
      word('any'),
      list(object<OriginPattern>({ scheme: word('http', 'https'), host: text, below: flag, port: number(0, 65_535) })),
    ),
    credentials: flag,
    methods: anyOr,
    headers: anyOr,
    expose: anyOr,
    maxAge: number(),
  }),
});

const REDIRECTED = object<Extract<Action, { kind: 'redirect' }>>({ kind: word('redirect'), redirect });
const DIRECT = object<Extract<Action, { kind: 'direct' }>>({ kind: word('direct'), direct });

const share = object<WeightedBackend>({
  weight: number(),
  filters: list(filter),
  target: variants<WeightedBackend['target'], 'kind'>('kind', {
    backend: object({ kind: word('backend'), backend: text }),
    redirect: REDIRECTED,
    direct: DIRECT,
    failure,
  }),
});

const forward = object<Forward>({
  kind: word('forward'),
  backends: list(share),
  timeouts: object<Timeouts>({ request: optional(number()), backendRequest: optional(number()) }),
  retry: optional(object<Retry>({ attempts: number(1), codes: list(number()), backoff: number() })),
  session: optional(
    object<Session>({
      carrier: variants<Session['carrier'], 'kind'>('kind', {
        cookie: object({ kind: word('cookie'), name: text, path: text, permanent: flag }),
        header: object({ kind: word('header'), name: text }),
      }),
      absoluteTimeout: optional(number()),
    }),
  ),
});

const valueMatch = object<ValueMatch>({ kind: word('exact', 'regex'), name: text, value: text });

const match = object<Match>({
  path: variants<PathMatch, 'kind'>('kind', {
    exact: object({ kind: word('exact'), value: text }),
    regex: object<Extract<PathMatch, { kind: 'regex' }>>({
      kind: word('regex'),
      value: text,
      rank: optional(number(-Number.MAX_VALUE)),
    }),
    prefix: object({ kind: word('prefix'), value: text }),
  }),
  method: optional(text),
  headers: list(valueMatch),
  query: list(valueMatch),
});

export function routeShape(attachment: Shape<Attachment>, origin: Shape<Origin>): Shape<Route> {
  return object<Route>({
    kind: word('Route'),
    name: text,
    hash: text,
    route: text,
    created: number(),
    grpc: optional(word(true)),
    attachments: list(attachment),
    rules: list(
      object<Rule>({
        index: number(),
        ruleName: optional(text),
        matches: list(match),
        filters: list(filter),
        action: variants<Action, 'kind'>('kind', { forward, redirect: REDIRECTED, direct: DIRECT, failure }),
        origin,
      }),
    ),
    origin,
  });
}
