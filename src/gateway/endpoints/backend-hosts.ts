import { parseBackendName } from '../../ir/index.ts';
import type { Problem } from '../../resources/index.ts';
import type { EndpointLane } from './endpoint-lane.ts';
import { createLookup } from './lookup.ts';
import { createNameResolver, type NameTrouble } from './name-resolver.ts';

/** Backends that are names (XBackend, Service of type ExternalName): where they lead, and what is wrong with that. */
export interface BackendHosts {
  /** Looks at what backends there are now. */
  follow(): void;
  problems(): readonly Problem[];
  close(): void;
}

export interface BackendHostsOptions {
  readonly lane: Pick<EndpointLane, 'hostnames' | 'resolved'>;
  /** Addresses that are not of the public internet count too. */
  readonly privateNames: boolean;
  /** DNS servers as `address:port`; absent: those of the system. */
  readonly servers?: readonly string[];
  /** The lane has news, or the problems are others. */
  readonly onChange: () => void;
}

const CODES = { unresolved: 'HostNotResolved', private: 'AddressNotPublic' } as const;

export function createBackendHosts({ lane, privateNames, servers, onChange }: BackendHostsOptions): BackendHosts {
  const resolver = createNameResolver({
    lookup: createLookup(servers),
    allowPrivate: privateNames,
    onAddresses(hostname, addresses) {
      lane.resolved(hostname, addresses);
      onChange();
    },
    onTrouble: onChange,
  });

  function problem(backend: string, { kind, message }: NameTrouble): Problem {
    const { port: _, transport: __, ...object } = parseBackendName(backend);
    const path = object.kind === 'Service' ? 'spec.externalName' : 'spec.externalHostname.hostname';
    return { severity: 'error', code: CODES[kind], message, object, path };
  }

  return {
    follow: () => resolver.follow(lane.hostnames().keys()),
    problems() {
      const troubles = resolver.troubles();
      if (troubles.size === 0) return [];
      const hostnames = lane.hostnames();
      return [...troubles].flatMap(([hostname, trouble]) => {
        const [backend] = hostnames.get(hostname) ?? [];
        return backend === undefined ? [] : [problem(backend, trouble)];
      });
    },
    close: resolver.close,
  };
}
