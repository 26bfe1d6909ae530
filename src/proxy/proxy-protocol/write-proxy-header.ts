import type { Backend } from '../../ir/index.ts';
import type { ConnectionEnd } from './proxy-header.ts';
import { v1Header } from './v1-header.ts';
import { v2Header } from './v2-header.ts';

/** The first bytes of a connection to a backend that wants to know who its client is. */
export function proxyHeader(
  version: NonNullable<Backend['proxyProtocol']>,
  client: ConnectionEnd,
  destination: ConnectionEnd,
): Buffer {
  switch (version) {
    case 'v1':
      return v1Header(client, destination);
    case 'v2':
      return v2Header(client, destination);
  }
}
