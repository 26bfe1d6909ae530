import { type ApiClient, createPermission } from '../kubernetes/index.ts';
import { GATEWAY_GROUP, type Kind, type Problem } from '../resources/index.ts';
import type { CrdWatch } from './crd-watch.ts';
import { discoverGroup, placeOf, type ServedGroup } from './discovery.ts';
import { collectionName, DISCOVERED, FOLLOWED_KINDS } from './followed-kinds.ts';
import { createKindWatch, type KindWatch, type KindWatchPorts } from './kind-watch.ts';
import { isFinal } from './trouble.ts';
import type { Troubles } from './troubles.ts';

export interface FollowingPorts {
  readonly client: ApiClient;
  readonly troubles: Troubles;
  /** Undefined before they are watched. */
  readonly crds: () => Pick<CrdWatch, 'has'> | undefined;
  readonly signal: AbortSignal;
  watchPorts(kind: Kind): KindWatchPorts;
  changed(): void;
}

/** Every kind that we read, followed wherever the API server serves it. */
export interface Following {
  /**
   * Asks what is served and goes there; false if the API server did not say it of every group. `isLast`: nothing tells that
   * this changes, so what is defined and not served now is told.
   */
  discover(isLast: () => boolean): Promise<boolean>;
  /** Whether the API server said of every group what it serves, or that it won't say. */
  answered(): boolean;
  /** Whether a group is refused, so that nothing is known of it. */
  refused(): boolean;
  settled(): boolean;
  /** Whether a kind that is defined is not served, and may be any moment: the API server has begun a moment ago, say. */
  awaited(): boolean;
  problems(): readonly Problem[];
  close(): void;
}

/** How often in a row a kind must be missing: an API server that starts forgets its CRDs for a moment. */
const GONE_AFTER = 2;

const pathOf = (group: string) => `/apis/${group}`;

interface Followed {
  readonly watch: KindWatch;
  absences: number;
  /** Its CRD is there, and what that serves is nothing for us. */
  unreadable: boolean;
}

const NO_GATEWAY_API: Problem = {
  severity: 'warning',
  code: 'NoGatewayAPI',
  message: `the API server serves no kind of ${GATEWAY_GROUP}: the CRDs of the Gateway API are not installed`,
  fix: 'kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.3/standard-install.yaml',
};

export function createFollowing({ client, troubles, crds, signal, watchPorts, changed }: FollowingPorts): Following {
  const all = FOLLOWED_KINDS.map(
    (kind): Followed => ({ watch: createKindWatch(kind, watchPorts(kind)), absences: 0, unreadable: false }),
  );
  const served = new Map<string, ServedGroup>();
  const refused = new Set<string>();
  const permissions = new Map([...DISCOVERED.keys()].map(group => [group, createPermission()]));
  let known = '';

  /** True unless it is worth another try. */
  const ask = async ([group, versions]: readonly [string, readonly string[]]): Promise<boolean> => {
    const path = pathOf(group);
    const found = await discoverGroup(client, group, versions, signal);
    if (signal.aborted) return true;
    if (found.kind === 'served') {
      troubles.set(path, undefined);
      served.set(group, found.group);
      refused.delete(group);
      permissions.get(group)?.given();
      return true;
    }
    if (found.failure.status === 403 && permissions.get(group)?.mayPass()) return false;
    const loss = `no kind of ${group} is seen`;
    troubles.set(path, { request: { verb: 'get', what: { kind: 'path', path }, loss }, failure: found.failure });
    if (isFinal(found.failure)) refused.add(group);
    return isFinal(found.failure);
  };

  const answered = () =>
    [...DISCOVERED.keys()].every(group => served.has(group) || refused.has(group) || troubles.lasting(pathOf(group)));

  const locate = (one: Followed, last: boolean) => {
    const { watch } = one;
    const place = placeOf(watch.kind, served);
    one.unreadable = last && !place && served.has(watch.kind.group) && isDefined(watch.kind);
    if (place) {
      one.absences = 0;
      watch.follow(place);
    } else if (served.has(watch.kind.group)) {
      one.absences++;
      if (one.absences >= GONE_AFTER && watch.place() && !isDefined(watch.kind)) watch.drop();
    }
  };

  const isDefined = ({ group, plural }: Kind) => crds()?.has(collectionName(group, plural)) ?? false;

  const notServed = ({ watch, unreadable }: Followed): readonly Problem[] => {
    const { kind, group, plural, versions } = watch.kind;
    if (!unreadable) return [];
    const names = new Set(versions.filter(version => version.group === undefined).map(({ name }) => name));
    const loss = watch.place() ? 'what was last seen stays in force' : `no ${kind} is seen`;
    const message = `${collectionName(group, plural)} is served in none of ${[...names].join(', ')}: ${loss}`;
    return [{ severity: 'error', code: 'VersionNotServed', message }];
  };

  const isMissing = () =>
    served.has(GATEWAY_GROUP) && !all.some(({ watch }) => watch.kind.group === GATEWAY_GROUP && watch.place());

  const problems = () => [...(answered() && isMissing() ? [NO_GATEWAY_API] : []), ...all.flatMap(notServed)];

  /** Tells the user once for each that is new or over. */
  const compare = () => {
    const now = problems()
      .map(({ message }) => message)
      .join('\n');
    if (now !== known) changed();
    known = now;
  };

  return {
    async discover(isLast) {
      const results = await Promise.all([...DISCOVERED].map(ask));
      if (signal.aborted) return true;
      const last = isLast();
      for (const one of all) locate(one, last);
      compare();
      return results.every(Boolean);
    },
    answered,
    refused: () => refused.size > 0,
    settled: () => answered() && all.every(({ watch }) => watch.settled()),
    awaited: () => all.some(({ watch, unreadable }) => !watch.place() && !unreadable && isDefined(watch.kind)),
    problems,
    close() {
      for (const { watch } of all) watch.close();
    },
  };
}
