import { hash } from 'node:crypto';
import { OWN_HEADERS, parseBackendName, type Session, type WeightedBackend } from '../../ir/index.ts';
import { durationMs, type HTTPRouteRule, isDuration, nameKey, type SessionPersistence } from '../../resources/index.ts';
import { ruleFaults } from '../status/rule-faults.ts';
import type { FilterContext } from './filter-context.ts';
import { isToken } from './token.ts';

/** RFC 6265 §4.1.1, without spaces. */
const COOKIE_PATH = /^\/[\x21-\x3a\x3c-\x7e]*$/;
/** Fields that mean something to us, to clients or to backends, so that they can't carry a session. */
const TAKEN = new Set([
  ...OWN_HEADERS,
  'authorization',
  'cache-control',
  'content-encoding',
  'content-type',
  'cookie',
  'date',
  'expect',
  'forwarded',
  'host',
  'location',
  'origin',
  'set-cookie',
  'user-agent',
  'vary',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);

/** Of CORS and of the WebSocket handshake. */
const TAKEN_FAMILIES = /^(access-control|sec)-/;

type Context = Pick<FilterContext, 'route' | 'references' | 'report'>;

/** Where a rule's session persistence stands. */
interface Place {
  readonly path: string;
  readonly rule: Pick<HTTPRouteRule, 'name'>;
  readonly index: number;
}

/** SessionPersistence of GEP-1619, in either shape; undefined if its fields say nothing that can be followed. */
export function translateSession(spec: SessionPersistence, place: Place, context: Context): Session | undefined {
  const { path } = place;
  const { report } = context;
  const { absoluteTimeout } = spec;
  const valid = absoluteTimeout === undefined || isDuration(absoluteTimeout);
  if (!valid) report(ruleFaults.duration(`${path}.absoluteTimeout`, absoluteTimeout));
  // As with the other timeouts of a rule, 0 means none.
  const timeout = valid && absoluteTimeout !== undefined ? durationMs(absoluteTimeout) : 0;
  const carrier = translateCarrier(spec, place, timeout, context);
  return carrier && { carrier, ...(timeout > 0 && { absoluteTimeout: timeout }) };
}

function translateCarrier(
  spec: SessionPersistence,
  place: Place,
  timeout: number,
  context: Context,
): Session['carrier'] | undefined {
  switch (spec.type) {
    case 'Cookie':
      return translateCookie(spec, place, timeout, context);
    case 'Header':
      return translateHeader(spec, place, context);
    default:
      context.report(ruleFaults.unknownValue(`${place.path}.type`, spec.type, 'Cookie or Header'));
      return undefined;
  }
}

function translateCookie(
  { sessionName, cookieConfig, cookie }: SessionPersistence,
  place: Place,
  timeout: number,
  context: Context,
): Session['carrier'] {
  const { report } = context;
  const member = cookie ? 'cookie' : 'cookieConfig';
  const { lifetimeType = 'Session' } = cookie ?? cookieConfig ?? {};
  const path = cookie?.path ?? '/';
  const [name, field] = cookie ? [cookie.name, 'cookie.name'] : [sessionName, 'sessionName'];
  if (name && !isToken(name)) report(ruleFaults.sessionName(`${place.path}.${field}`, 'cookie', name));
  if (!COOKIE_PATH.test(path)) report(ruleFaults.cookiePath(`${place.path}.cookie.path`, path));
  if (lifetimeType !== 'Session' && lifetimeType !== 'Permanent') {
    report(ruleFaults.unknownValue(`${place.path}.${member}.lifetimeType`, lifetimeType, 'Session or Permanent'));
  }
  const permanent = lifetimeType === 'Permanent';
  if (permanent && timeout === 0) report(ruleFaults.permanentWithoutEnd(place.path));
  return { kind: 'cookie', name: name || nameOfOwn(place, context), path, permanent };
}

function translateHeader(
  { sessionName, header }: SessionPersistence,
  place: Place,
  context: Context,
): Session['carrier'] {
  const [name, field] = header ? [header.name, 'header.name'] : [sessionName, 'sessionName'];
  const path = `${place.path}.${field}`;
  if (name && !isToken(name)) context.report(ruleFaults.sessionName(path, 'header', name));
  else if (name && isTaken(name.toLowerCase())) context.report(ruleFaults.sessionHeader(path, name));
  return { kind: 'header', name: name || nameOfOwn(place, context) };
}

function isTaken(name: string): boolean {
  return TAKEN.has(name) || TAKEN_FAMILIES.test(name);
}

/** One that no other rule has, and that stays for as long as the rule keeps its name or place. */
function nameOfOwn({ rule, index }: Place, { route }: Context): string {
  const kind = route.kind === 'HTTPRoute' ? [] : [route.kind];
  const key = JSON.stringify([...kind, route.metadata.namespace, route.metadata.name, rule.name ?? index]);
  return `sluice-session-${hash('sha1', key, 'hex').slice(0, 12)}`;
}

/** A Service that binds clients to endpoints by their address would send a session elsewhere (GEP-1619). */
export function reportAffinity(backends: readonly WeightedBackend[], path: string, context: Context): void {
  const { references, report } = context;
  for (const { target } of backends) {
    if (target.kind !== 'backend') continue;
    const { kind, namespace, name } = parseBackendName(target.backend);
    if (kind !== 'Service' && kind !== 'ServiceImport') continue;
    const key = nameKey(namespace, name);
    if (references.service(kind, key)?.affine) report(ruleFaults.affinity(path, key));
  }
}
