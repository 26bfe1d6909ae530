import { nameKey, type ObjectRef } from '../../resources/index.ts';
import { routeConditions } from '../status/route-conditions.ts';
import { commonHostname } from './hostnames.ts';
import type { AttachedParent, Parent } from './parent-refs.ts';

/** What a route claims of one listener, and when it came. */
export interface Claim {
  readonly route: ObjectRef;
  /** creationTimestamp in ms since 1970; 0 if the object has none. */
  readonly created: number;
  readonly hostnames: readonly string[];
}

/** A route that a listener does not take, and the one that it has in its place. */
export interface Exclusion {
  readonly by: ObjectRef;
  /** What both claim. */
  readonly hostname: string;
}

/** The oldest first, then `namespace/name` alphabetically; routes of two kinds may have one name. */
export function olderFirst(a: Claim, b: Claim): number {
  return a.created - b.created || compareText(keyOf(a), keyOf(b)) || compareText(a.route.kind, b.route.kind);
}

function keyOf({ route: { namespace, name } }: Claim): string {
  return nameKey(namespace, name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Of HTTPRoutes and GRPCRoutes with a hostname in common a listener has those of one kind (GRPCRouteSpec.hostnames): the
 * oldest stands, and who meets one of the other kind that stands is excluded. By `Kind/namespace/name`.
 */
export function exclusionsAmong(claims: readonly Claim[]): Readonly<Record<string, Exclusion>> {
  const standing = new Map<string, Standing>();
  const excluded: Record<string, Exclusion> = {};
  for (const claim of claims.toSorted(olderFirst)) {
    const { kind } = claim.route;
    const rivals = [...standing].filter(([other]) => other !== kind);
    const exclusion = rivals.map(([, other]) => firstInCommon(claim, other)).find(found => found !== undefined);
    if (exclusion) excluded[`${kind}/${keyOf(claim)}`] = exclusion;
    else stand(claim, standing);
  }
  return excluded;
}

/** Who has a hostname, the oldest, and who has one below a wildcard (by `.example.com`). */
interface Standing {
  readonly names: Map<string, Exclusion>;
  readonly below: Map<string, Exclusion>;
}

function stand({ route, hostnames }: Claim, standing: Map<string, Standing>): void {
  const own = standing.get(route.kind) ?? { names: new Map(), below: new Map() };
  standing.set(route.kind, own);
  for (const hostname of hostnames) {
    const entry = { by: route, hostname };
    if (!own.names.has(hostname)) own.names.set(hostname, entry);
    for (const suffix of suffixesOf(hostname)) if (!own.below.has(suffix)) own.below.set(suffix, entry);
  }
}

function firstInCommon({ hostnames }: Claim, standing: Standing): Exclusion | undefined {
  for (const hostname of hostnames) {
    const found = whoHas(hostname, standing);
    if (found) return { by: found.by, hostname: commonHostname(hostname, found.hostname) ?? hostname };
  }
  return undefined;
}

function whoHas(hostname: string, { names, below }: Standing): Exclusion | undefined {
  if (hostname === '*') return names.values().next().value;
  const same = names.get(hostname) ?? names.get('*');
  if (same) return same;
  for (const suffix of suffixesOf(hostname)) {
    const wildcard = names.get(`*${suffix}`);
    if (wildcard) return wildcard;
  }
  return hostname.startsWith('*.') ? below.get(hostname.slice(1)) : undefined;
}

/** `.b.c` and `.c` of `a.b.c`. */
function suffixesOf(hostname: string): readonly string[] {
  const labels = hostname.split('.');
  return labels.slice(1).map((_, at) => `.${labels.slice(at + 1).join('.')}`);
}

/** The parents of a route of `namespace` without the listeners that a route of the other kind has. */
export function withoutExcluded(
  parents: readonly Parent[],
  namespace: string,
  exclusionAt: (listener: string) => Exclusion | undefined,
): readonly Parent[] {
  return parents.map(parent => (parent.kind === 'ours' ? withoutListeners(parent, namespace, exclusionAt) : parent));
}

function withoutListeners(
  parent: AttachedParent,
  namespace: string,
  exclusionAt: (listener: string) => Exclusion | undefined,
): AttachedParent {
  const lost = parent.listeners.flatMap(({ listener }) => exclusionAt(listener) ?? []);
  const [first] = lost;
  if (!first) return parent;
  const listeners = parent.listeners.filter(({ listener }) => !exclusionAt(listener));
  if (listeners.length > 0) return { ...parent, listeners };
  const { by, hostname } = first;
  const own = by.namespace === namespace;
  return { ...parent, listeners, verdict: routeConditions.otherKindHasHostname(parent.path, by, hostname, own) };
}
