import { hostnamesOf } from '../symbolic/listener-choice.ts';
import type { SearchContext } from '../symbolic/search-context.ts';
import type { SocketPair } from './socket-pairs.ts';

/** What hosts are compared: all that one hostname means and no other, more specific one of either configuration. */
export interface HostClass {
  readonly host: string;
  /** The listeners to which they belong. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Hostnames that mean them, the most specific first. */
  readonly hostnames: readonly string[];
  /** How many of these are to be compared: the others were with the next wider class, where the same listeners have it. */
  readonly compared: number;
}

export function hostClasses({ before, after }: SocketPair, context: SearchContext): readonly HostClass[] {
  const hostnames = new Set(['*', ...(before?.hostnames ?? []), ...(after?.hostnames ?? [])]);
  const owners = (host: string) => ({
    before: before?.choice.of(host)?.name,
    after: after?.choice.of(host)?.name,
  });
  return [...hostnames].map(hostname => {
    const host = context.fresh.hostOf(hostname);
    const own = owners(host);
    const meaning = [...new Set(hostnamesOf(hostname))].filter(each => hostnames.has(each));
    const wider = meaning[1] === undefined ? undefined : owners(context.fresh.hostOf(meaning[1]));
    const inherits = wider?.before === own.before && wider?.after === own.after;
    return { host, ...own, hostnames: meaning, compared: inherits ? 1 : meaning.length };
  });
}
