import type { Unit } from '../../ir/index.ts';
import { matchesHostname } from '../../router/index.ts';

/** Words that no condition of a configuration names: what a request consists of besides what is asked of it. */
export interface FreshNames {
  /** A path segment. */
  readonly segment: string;
  readonly method: string;
  /** A host that `hostname` means, and no hostname that is not as wide as that. */
  hostOf(hostname: string): string;
}

const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'];

export function freshNames(units: readonly Unit[]): FreshNames {
  const segments = new Set<string>();
  const methods = new Set<string>();
  const hostnames = new Set<string>();
  for (const unit of units) {
    if (unit.kind === 'Listener') hostnames.add(unit.hostname);
    if (unit.kind !== 'Route') continue;
    for (const attachment of unit.attachments) for (const each of attachment.hostnames) hostnames.add(each);
    for (const { path, method } of unit.rules.flatMap(({ matches }) => matches)) {
      if (method !== undefined) methods.add(method);
      if (path.kind !== 'regex') for (const segment of path.value.split('/')) segments.add(segment);
    }
  }
  const label = freshWord(new Set([...hostnames].flatMap(each => each.split('.'))));
  const anyHost = hostOfAny(label, hostnames);
  return {
    segment: freshWord(segments),
    method: METHODS.find(each => !methods.has(each)) ?? 'PURGE',
    hostOf(hostname) {
      if (hostname === '*') return anyHost;
      return hostname.startsWith('*.') ? label + hostname.slice(1) : hostname;
    },
  };
}

function freshWord(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const word = number === 1 ? 'any' : `any${number}`;
    if (!taken.has(word)) return word;
  }
}

/** A label alone is below no wildcard, but looks less like a host. */
function hostOfAny(label: string, hostnames: ReadonlySet<string>): string {
  const host = `${label}.example`;
  return [...hostnames].some(each => each !== '*' && matchesHostname(each, host)) ? label : host;
}
