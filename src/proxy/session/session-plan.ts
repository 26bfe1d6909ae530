import type { Route, Rule, Session, SessionCookie } from '../../ir/index.ts';
import type { Target } from '../plan.ts';
import { type Carried, carriedBy } from './find-tokens.ts';
import { shareKey } from './token-box.ts';

/** Browsers refuse a cookie of such a name that is not Secure (RFC 6265bis §4.1.3). */
const PREFIXED = /^__(secure|host)-/i;

/** What a share of a rule is called in tokens. */
interface Share {
  readonly key: string;
  readonly target: Target;
}

/** The sessions of one rule, made ready when the configuration changes. */
export interface SessionPlan {
  /** What tokens are bound to: no other rule has the same. */
  readonly binding: string;
  readonly carried: Carried;
  /** Every backend of the rule, those that get no new requests too. */
  readonly shares: readonly Share[];
  /** Milliseconds. */
  readonly lifetime: number;
  /** The line of an answer that begins a session: this, the token, and one of the following. */
  readonly line: string;
  readonly end: string;
  /** To a client that speaks https. */
  readonly secureEnd: string;
}

/** The sessions of `rule`, which has `targets`; undefined if it has none. */
export function compileSession(route: Route, rule: Rule, targets: readonly Target[]): SessionPlan | undefined {
  const session = sessionOf(rule);
  if (session === undefined) return undefined;
  const { carrier, absoluteTimeout = Number.POSITIVE_INFINITY } = session;
  const attributes = carrier.kind === 'cookie' ? cookieAttributes(carrier, absoluteTimeout) : '';
  const secureEnd = carrier.kind === 'cookie' ? `${attributes}; Secure\r\n` : '\r\n';
  return {
    binding: bindingOf(route, rule, session),
    carried: carriedBy(carrier),
    shares: sharesOf(targets),
    lifetime: absoluteTimeout,
    line: carrier.kind === 'cookie' ? `Set-Cookie: ${carrier.name}=` : `${carrier.name}: `,
    end: PREFIXED.test(carrier.name) ? secureEnd : `${attributes}\r\n`,
    secureEnd,
  };
}

export function sessionOf({ action }: Rule): Session | undefined {
  return action.kind === 'forward' ? action.session : undefined;
}

/** A rule without a name is known by that of its sessions, so that those of other names may come, go and move around it. */
function bindingOf(route: Route, rule: Rule, { carrier }: Session): string {
  if (rule.ruleName !== undefined) return JSON.stringify([route.name, rule.ruleName]);
  const isAlike = (other: Rule) => other.ruleName === undefined && sessionOf(other)?.carrier.name === carrier.name;
  const before = route.rules.slice(0, route.rules.indexOf(rule));
  return JSON.stringify([route.name, carrier.name, before.filter(isAlike).length]);
}

/** Scripts have no use for it, and no other site sends it along in what it embeds. RFC 6265 prefers Max-Age to Expires. */
function cookieAttributes({ path, permanent }: SessionCookie, lifetime: number): string {
  const age = permanent ? `; Max-Age=${Math.ceil(lifetime / 1000)}` : '';
  return `; Path=${path}${age}; HttpOnly; SameSite=Lax`;
}

/** A backend that stands in a rule twice has two shares, told apart by their order. */
function sharesOf(targets: readonly Target[]): readonly Share[] {
  const count = new Map<string, number>();
  return targets.flatMap(target => {
    const { backend } = target;
    if (backend === undefined) return [];
    const nth = count.get(backend) ?? 0;
    count.set(backend, nth + 1);
    return [{ key: shareKey(backend, nth), target }];
  });
}
