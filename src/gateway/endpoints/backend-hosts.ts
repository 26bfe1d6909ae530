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

  function problem(hostname: string, { kind, message }: NameTrouble): readonly Problem[] {
    const [backend] = lane.hostnames().get(hostname) ?? [];
    if (backend === undefined) return [];
    const { port: _, transport: __, ...object } = parseBackendName(backend);
    const path = object.kind === 'Service' ? 'spec.externalName' : 'spec.externalHostname.hostname';
    return [{ severity: 'error', code: CODES[kind], message, object, path }];
  }

  return {
    follow: () => resolver.follow(lane.hostnames().keys()),
    problems: () => [...resolver.troubles()].flatMap(([hostname, trouble]) => problem(hostname, trouble)),
    close: resolver.close,
  };
}
