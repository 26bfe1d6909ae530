import type { Backend } from '../../ir/index.ts';
import type { ConnectionEnds } from './proxy-header.ts';
import { v1Header } from './v1-header.ts';
import { v2Header } from './v2-header.ts';

/** The first bytes of a connection to a backend that wants to know who its client is; undefined: we speak for ourselves. */
export function proxyHeader(version: NonNullable<Backend['proxyProtocol']>, ends: ConnectionEnds | undefined): Buffer {
  switch (version) {
    case 'v1':
      return v1Header(ends);
    case 'v2':
      return v2Header(ends);
  }
}
