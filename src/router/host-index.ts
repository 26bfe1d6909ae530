/** Values by hostname: `shop.example`, `*.example.com`, `*`. */
export interface HostIndex<V> {
  readonly exact: Map<string, V>;
  /** By what follows the star, as in `.example.com`. */
  readonly wildcard: Map<string, V>;
  /** That of `*`. */
  any: V | undefined;
}

export function createHostIndex<V>(): HostIndex<V> {
  return { exact: new Map(), wildcard: new Map(), any: undefined };
}

export function getHost<V>(index: HostIndex<V>, hostname: string): V | undefined {
  if (hostname === '*') return index.any;
  return hostname.startsWith('*.') ? index.wildcard.get(hostname.slice(1)) : index.exact.get(hostname);
}

export function setHost<V>(index: HostIndex<V>, hostname: string, value: V): void {
  if (hostname === '*') index.any = value;
  else if (hostname.startsWith('*.')) index.wildcard.set(hostname.slice(1), value);
  else index.exact.set(hostname, value);
}

export function deleteHost<V>(index: HostIndex<V>, hostname: string): void {
  if (hostname === '*') index.any = undefined;
  else if (hostname.startsWith('*.')) index.wildcard.delete(hostname.slice(1));
  else index.exact.delete(hostname);
}

/** The value of the most specific hostname that means `host`: itself, the longest wildcard, then `*`. */
export function mostSpecific<V>(index: HostIndex<V>, host: string): V | undefined {
  if (index.exact.size > 0) {
    const exact = index.exact.get(host);
    if (exact !== undefined) return exact;
  }
  if (index.wildcard.size > 0) {
    for (let dot = nextDot(host, 0); dot !== -1; dot = nextDot(host, dot)) {
      const wildcard = index.wildcard.get(host.slice(dot));
      if (wildcard !== undefined) return wildcard;
    }
  }
  return index.any;
}

/** Where the next shorter wildcard suffix begins; a star stands for at least one character. */
export function nextDot(host: string, after: number): number {
  return host.indexOf('.', after + 1);
}
