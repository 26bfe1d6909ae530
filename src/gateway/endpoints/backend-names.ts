import type { Backend, Endpoint } from '../../ir/index.ts';

/** Which backends are found by names, and where the names lead. */
export interface BackendNames {
  /** A backend is found by this name; undefined: by none (any more). */
  set(backend: string, hostname: string | undefined): void;
  /** The names that are needed, each with its backends. */
  all(): ReadonlyMap<string, readonly string[]>;
  /** Where a name leads; the backends that this concerns. */
  lead(hostname: string, addresses: readonly string[]): readonly string[];
  endpointsOf(resolve: NonNullable<Backend['resolve']>): readonly Endpoint[];
}

export function createBackendNames(): BackendNames {
  const backends = new Map<string, Set<string>>();
  const nameOf = new Map<string, string>();
  const leads = new Map<string, readonly string[]>();

  function leave(backend: string): void {
    const hostname = nameOf.get(backend);
    if (hostname === undefined) return;
    nameOf.delete(backend);
    const others = backends.get(hostname);
    others?.delete(backend);
    if (others && others.size > 0) return;
    backends.delete(hostname);
    leads.delete(hostname);
  }

  return {
    set(backend, hostname) {
      if (nameOf.get(backend) === hostname) return;
      leave(backend);
      if (hostname === undefined) return;
      nameOf.set(backend, hostname);
      backends.set(hostname, (backends.get(hostname) ?? new Set()).add(backend));
    },
    all: () => new Map([...backends].map(([hostname, own]) => [hostname, [...own].sort()])),
    lead(hostname, addresses) {
      const own = backends.get(hostname);
      if (!own) return [];
      leads.set(hostname, addresses);
      return [...own];
    },
    endpointsOf: ({ hostname, port }) =>
      (leads.get(hostname) ?? []).map(address => ({ address, port, state: 'ready' })),
  };
}
