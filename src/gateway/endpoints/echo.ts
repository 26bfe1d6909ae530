import { type Endpoint, parseBackendName } from '../../ir/index.ts';
import { openDatagramEcho } from './echo-datagrams.ts';
import { openRequestEcho } from './echo-requests.ts';

/** Answers for Services that nobody runs: one server per Service port, each saying what it received. */
export interface Echo {
  /** The address of the echo of a backend `Service/namespace/name/port`; started when first asked for. */
  endpointOf(backend: string): Promise<Endpoint>;
  close(): void;
}

/** One server. */
export interface OpenEcho {
  readonly endpoint: Promise<Endpoint>;
  close(): void;
}

export function createEcho(): Echo {
  const servers = new Map<string, OpenEcho>();
  return {
    endpointOf(backend) {
      const opened = servers.get(backend) ?? open(backend);
      servers.set(backend, opened);
      return opened.endpoint;
    },
    close() {
      for (const server of servers.values()) server.close();
      servers.clear();
    },
  };
}

function open(backend: string): OpenEcho {
  return parseBackendName(backend).transport === 'udp' ? openDatagramEcho() : openRequestEcho(backend);
}
