import type { Action, Backend, Filter, Rule, Unit } from '../../ir/index.ts';
import { durationWords } from '../duration-words.ts';
import { backendWords } from '../share-names.ts';
import { unitWords } from '../tls-facts.ts';
import { sayFilters } from './filter-words.ts';
import { sayPathChange } from './path-words.ts';

/**
 * What becomes of a request, without names of routes and rules: two are the same if and only if their keys are. Shares
 * of backends are relative, and order counts only where it makes a difference.
 */
export interface Treatment {
  readonly key: string;
  readonly outcome: 'forward' | 'redirect' | 'direct' | 'error' | 'none' | 'closed';
  /** Where it goes, or what is answered: `Service shop/cart:80`. */
  readonly destination: string;
  /** What else is done, by what it is: `request headers` → `set x-a: 1`. */
  readonly details: Readonly<Record<string, string>>;
}

/** No rule takes the request, or no listener has its host: 404 either way. */
export const NOBODY = treatment('none', '404, no rule takes it', {});
export const CLOSED = treatment('closed', 'nothing, no listener has the port', {});

type Details = Readonly<Record<string, string>>;

function treatment(outcome: Treatment['outcome'], destination: string, details: Details): Treatment {
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  return { key: JSON.stringify([outcome, destination, sorted]), outcome, destination, details };
}

/** Those that a configuration has, by name. */
export type Backends = ReadonlyMap<string, Backend>;

export function backendsOf(units: readonly Unit[]): Backends {
  return new Map(units.filter(unit => unit.kind === 'Backend').map(unit => [unit.name, unit]));
}

export function treatmentOf({ action, filters }: Pick<Rule, 'action' | 'filters'>, backends: Backends): Treatment {
  if (action.kind !== 'forward') {
    const { outcome, destination, details } = goalOf(action);
    return treatment(outcome, destination, { ...details, ...sayFilters(filters) });
  }
  const { timeouts, retry, session } = action;
  return forwardTreatment(sharesOf(action, filters, backends), {
    ...(timeouts.request && { 'request timeout': durationWords(timeouts.request) }),
    ...(timeouts.backendRequest && { 'backend request timeout': durationWords(timeouts.backendRequest) }),
    ...(retry && { retry: sayRetry(retry) }),
    ...(session && { session: saySession(session) }),
  });
}

type Forward = Extract<Action, { kind: 'forward' }>;
type Goal = Pick<Treatment, 'outcome' | 'destination' | 'details'>;

/** One destination, with all that is done to what goes there, and its weight. */
interface Share {
  readonly goal: Goal;
  readonly filters: Details;
  weight: number;
}

function sharesOf({ backends, session }: Forward, filters: readonly Filter[], known: Backends): readonly Share[] {
  const shares = new Map<string, Share>();
  for (const backend of backends) {
    if (backend.weight === 0 && !session) continue;
    const { target } = backend;
    const goal = target.kind === 'backend' ? backendGoal(target.backend, known) : goalOf(target);
    const own = sayFilters([...filters, ...backend.filters]);
    const key = JSON.stringify([goal, own]);
    const share = shares.get(key) ?? { goal, filters: own, weight: 0 };
    share.weight += backend.weight;
    shares.set(key, share);
  }
  const sorted = [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share);
  return sorted.length > 0 ? sorted : [{ goal: failureGoal('NoBackends'), filters: sayFilters(filters), weight: 1 }];
}

function forwardTreatment(shares: readonly Share[], details: Details): Treatment {
  const [first] = shares as [Share];
  const alike = shares.every(({ filters }) => JSON.stringify(filters) === JSON.stringify(first.filters));
  const done = alike ? first.filters : Object.assign({}, ...shares.map(ownDetails));
  const goals = Object.assign({}, ...shares.map(({ goal }) => goal.details));
  const outcome = shares.every(({ goal }) => goal.outcome === first.goal.outcome) ? first.goal.outcome : 'forward';
  return treatment(outcome, sayShares(shares), { ...goals, ...done, ...details });
}

function ownDetails({ goal, filters }: Share): Details {
  return Object.fromEntries(Object.entries(filters).map(([name, text]) => [`${name} for ${goal.destination}`, text]));
}

function sayShares(shares: readonly Share[]): string {
  const [first] = shares as [Share];
  if (shares.length === 1) return first.goal.destination;
  const divisor = shares.map(({ weight }) => weight).reduce(greatestDivisor) || 1;
  const total = shares.reduce((sum, { weight }) => sum + weight, 0) / divisor;
  return shares.map(({ goal, weight }) => `${goal.destination} (${weight / divisor} of ${total})`).join(', ');
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function backendGoal(name: string, known: Backends): Goal {
  const backend = known.get(name);
  if (backend === undefined) return failureGoal('BackendNotFound');
  return { outcome: 'forward', destination: backendWords(name), details: wayDetails(backend) };
}

/** How it is spoken to, where that is not HTTP/1.1 in plaintext. */
export function wayDetails({ protocol, tls, proxyProtocol }: Backend): Details {
  return {
    ...(protocol !== 'http1' && { 'backend protocol': protocol === 'http2' ? 'HTTP/2' : 'as ALPN says' }),
    ...(tls && { 'backend TLS': sayTls(tls) }),
    ...(proxyProtocol && { 'PROXY protocol': proxyProtocol }),
  };
}

function sayTls({ serverName, names, authorities, clientCertificate }: NonNullable<Backend['tls']>): string {
  const wanted = names.length === 0 ? serverName : names.map(({ value }) => value).join(' or ');
  const by = authorities === 'system' ? 'the system' : authorities.map(unitWords).join(' or ');
  const own = clientCertificate === undefined ? '' : `, showing ${unitWords(clientCertificate)}`;
  return `server name ${serverName}, certificate for ${wanted} by ${by}${own}`;
}

function failureGoal(reason: string): Goal {
  return { outcome: 'error', destination: `500 ${reason}`, details: {} };
}

/** With a scheme, and no port or this one, Location has none. */
const DEFAULT_PORT = { http: 80, https: 443 } as const;

function goalOf(action: Exclude<Action, Forward>): Goal {
  switch (action.kind) {
    case 'failure':
      return failureGoal(action.reason);
    case 'redirect': {
      const { status, scheme, hostname, port, path } = action.redirect;
      const suffix = port === undefined || (scheme && port === DEFAULT_PORT[scheme]) ? '' : `:${port}`;
      const place = `${scheme ?? 'same scheme'}://${hostname ?? 'same host'}${suffix}`;
      const goal = path === undefined ? 'same path' : sayPathChange(path);
      return { outcome: 'redirect', destination: `redirect ${status} to ${place}, ${goal}`, details: {} };
    }
    case 'direct': {
      const { status, headers, body } = action.direct;
      const lines = headers.map(([name, value]) => `${name}: ${value}`).sort();
      const details = { ...(body !== '' && { body }), ...(lines.length > 0 && { 'own headers': lines.join(', ') }) };
      return { outcome: 'direct', destination: `${status} without a backend`, details };
    }
  }
}

function sayRetry({ attempts, codes, backoff }: NonNullable<Forward['retry']>): string {
  const statuses = codes.length === 0 ? '' : ` for ${[...codes].sort((a, b) => a - b).join(', ')}`;
  return `${attempts} more tries${statuses}, ${durationWords(backoff)} apart at least`;
}

/** A name that a rule was given because it has none stands for no change: it is made from the names of route and rule. */
const OWN_NAME = /^sluice-session-[0-9a-f]{12}$/;

function saySession({ carrier, absoluteTimeout }: NonNullable<Forward['session']>): string {
  const name = OWN_NAME.test(carrier.name) ? 'a name of its own' : carrier.name;
  const end = absoluteTimeout ? `, ends after ${durationWords(absoluteTimeout)}` : '';
  if (carrier.kind === 'header') return `header ${name}${end}`;
  return `cookie ${name} for ${carrier.path}${carrier.permanent ? ', permanent' : ''}${end}`;
}
