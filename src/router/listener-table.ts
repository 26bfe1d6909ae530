import type { Listener } from '../ir/index.ts';
import type { Candidate } from './candidate.ts';
import { createHostIndex, type HostIndex, nextDot } from './host-index.ts';
import { matchPath, type PathIndex } from './path-index.ts';
import type { RequestLine } from './router.ts';

/** What is routed under one listener name. It exists from the first unit that names it: a listener, a route or a bind. */
export interface ListenerTable<T> {
  /** Absent until the unit is there; without it nothing is routed here. */
  listener: Listener | undefined;
  /** Names of the route units that attach here. */
  readonly routes: Set<string>;
  readonly hosts: HostIndex<PathIndex<T>>;
}

export function createListenerTable<T>(): ListenerTable<T> {
  return { listener: undefined, routes: new Set(), hosts: createHostIndex() };
}

/** What is behind the others (TLS, TCP, UDP) are bytes, and no host of a request is theirs. */
export function takesRequests({ protocol }: Listener): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** From the most specific hostname to the least: one without a rule for the request leaves it to the next. */
export function matchListener<T>(table: ListenerTable<T>, request: RequestLine): Candidate<T> | undefined {
  const { exact, wildcard, any } = table.hosts;
  const { host } = request;
  if (exact.size > 0) {
    const found = matchIn(exact.get(host), request);
    if (found) return found;
  }
  if (wildcard.size > 0) {
    for (let dot = nextDot(host, 0); dot !== -1; dot = nextDot(host, dot)) {
      const found = matchIn(wildcard.get(host.slice(dot)), request);
      if (found) return found;
    }
  }
  return matchIn(any, request);
}

function matchIn<T>(paths: PathIndex<T> | undefined, request: RequestLine): Candidate<T> | undefined {
  return paths === undefined ? undefined : matchPath(paths, request);
}
