import { type Member, readDictionary } from './structured-dictionary.ts';

/** What became of one request and why: what the debug header says of it. What is not known is undefined. */
export interface RequestFacts {
  /** `namespace/gateway/section`. */
  readonly listener?: string | undefined;
  /** `Kind/namespace/name`. */
  readonly route?: string | undefined;
  /** Position of the rule in the route, from 0. */
  readonly rule?: number | undefined;
  readonly ruleName?: string | undefined;
  /** Position of the match in the rule, from 0. */
  readonly match?: number | undefined;
  /** `Service/namespace/name/port`. */
  readonly backend?: string | undefined;
  /** `host:port` of the endpoint that was asked last; IPv6 in brackets. */
  readonly endpoint?: string | undefined;
  /** Endpoints that were asked, those that refused the connection included. */
  readonly attempts: number;
  /**
   * Why no backend's answer was passed on: `redirect`, `direct`, `cors-preflight`, `no-listener`, `no-route`, `misdirected`,
   * `no-endpoints`, `timeout`; of a rule that can't be honoured, the reason: `BackendNotFound`.
   */
  readonly outcome?: string | undefined;
  /** What the rule sets besides its backends, and where: `timeouts.request from HTTPRoute/shop/cart spec.rules[0].timeouts`. */
  readonly policies: readonly string[];
}

/** Longer texts are cut, and further policies left out: a header has to stay one that everybody takes; characters. */
const LONGEST = 640;
const MOST_POLICIES = 16;
const UNPRINTABLE = /[^\x20-\x7e]/g;
const SPECIAL = /["\\]/g;

/** The facts as a dictionary of Structured Fields (RFC 9651 §3.2): printable ASCII on one line, whatever they hold. */
export function writeFacts(facts: RequestFacts): string {
  const { listener, route, rule, ruleName, match, backend, endpoint, attempts, outcome, policies } = facts;
  const members = [
    text('listener', listener),
    text('route', route),
    number('rule', rule),
    text('rule-name', ruleName),
    number('match', match),
    text('backend', backend),
    text('endpoint', endpoint),
    number('attempts', attempts),
    text('outcome', outcome),
    policies.length === 0 ? '' : `policies=(${policies.slice(0, MOST_POLICIES).map(quoted).join(' ')})`,
  ];
  return members.filter(member => member !== '').join(', ');
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name}=${quoted(value)}`;
}

function number(name: string, value: number | undefined): string {
  return value === undefined ? '' : `${name}=${value}`;
}

function quoted(value: string): string {
  return `"${value.slice(0, LONGEST).replace(UNPRINTABLE, '?').replace(SPECIAL, '\\$&')}"`;
}

/** The inverse of {@link writeFacts}; undefined for what is none. Members that it does not know are passed over. */
export function readFacts(header: string): RequestFacts | undefined {
  const members = readDictionary(header);
  const attempts = members?.get('attempts');
  if (members === undefined || typeof attempts !== 'number') return undefined;
  const policies = members.get('policies');
  return {
    listener: textOf(members.get('listener')),
    route: textOf(members.get('route')),
    rule: numberOf(members.get('rule')),
    ruleName: textOf(members.get('rule-name')),
    match: numberOf(members.get('match')),
    backend: textOf(members.get('backend')),
    endpoint: textOf(members.get('endpoint')),
    attempts,
    outcome: textOf(members.get('outcome')),
    policies: typeof policies === 'object' ? policies : [],
  };
}

function textOf(member: Member | undefined): string | undefined {
  return typeof member === 'string' ? member : undefined;
}

function numberOf(member: Member | undefined): number | undefined {
  return typeof member === 'number' ? member : undefined;
}
