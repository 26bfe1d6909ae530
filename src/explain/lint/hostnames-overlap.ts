import type { Match, Route, Rule } from '../../ir/index.ts';
import { originObject } from '../origin-object.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** A match of a route, at a hostname of a listener. */
interface Claim {
  readonly route: Route;
  readonly rule: Rule;
  readonly index: number;
  readonly match: Match;
}

/**
 * Two namespaces claim requests with conditions that weigh the same and don't exclude one another: the age of their routes
 * decides. Equal matches are not told here: the younger rule can't be reached.
 */
export function hostnamesOverlap({ attached }: LintSubject): readonly Finding[] {
  const told = new Set<string>();
  return [...claimsByPlace(attached).values()].flatMap(claims => {
    if (claims.length < 2) return [];
    return claims.flatMap((claim, i) => {
      const rival = claims.slice(0, i).find(other => areRivals(other, claim));
      const key = rival && [claim.route.route, rival.route.route].sort().join(' ');
      if (!rival || !key || told.has(key)) return [];
      told.add(key);
      return describe(claim, rival);
    });
  });
}

/** By listener, hostname, path and how many conditions there are: only matches with conditions beside the path. */
function claimsByPlace(routes: readonly Route[]): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const route of routes) {
    for (const rule of route.rules) {
      for (const [index, match] of rule.matches.entries()) {
        if (match.headers.length + match.query.length === 0) continue;
        for (const { listener, hostnames } of route.attachments) {
          for (const hostname of hostnames) {
            const key = JSON.stringify([listener, hostname, match.path, match.headers.length, match.query.length]);
            const known = claims.get(key);
            if (known) known.push({ route, rule, index, match });
            else claims.set(key, [{ route, rule, index, match }]);
          }
        }
      }
    }
  }
  return claims;
}

function areRivals(a: Claim, b: Claim): boolean {
  if (a.route.origin.namespace === b.route.origin.namespace || a.match.method !== b.match.method) return false;
  const [one, other] = [conditions(a.match), conditions(b.match)];
  const differ = [...one].some(([key, value]) => other.get(key) !== value);
  const exclude = [...one].some(([key, value]) => other.has(key) && other.get(key) !== value);
  return differ && !exclude;
}

/** Two values for one name are taken to exclude one another. */
function conditions({ headers, query }: Match): ReadonlyMap<string, string> {
  return new Map([
    ...headers.map(({ kind, name, value }) => [`header ${name}`, `${kind} ${value}`] as const),
    ...query.map(({ kind, name, value }) => [`query ${name}`, `${kind} ${value}`] as const),
  ]);
}

function describe(claim: Claim, rival: Claim): Finding {
  const { origin } = claim.route;
  return {
    code: 'HostnamesOverlap',
    object: originObject(origin),
    path: `spec.rules[${claim.rule.index}].matches[${claim.index}]`,
    message:
      `rule ${rival.rule.index} of HTTPRoute ${rival.route.route}, of another namespace, claims requests of the same host and path with ` +
      'conditions that weigh the same: the age of the routes decides who gets a request that fits both',
  };
}
