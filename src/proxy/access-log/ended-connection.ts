import type { Asked } from './log-entry.ts';

/** What is known of a connection, or a flow of datagrams, that no HTTP was spoken on, when it is over. */
export interface EndedConnection {
  /** Address of the client. */
  readonly client: string;
  readonly protocol: 'TCP' | 'TLS' | 'UDP';
  /** SNI; '' for none. */
  readonly serverName: string;
  /** Bits of `outcomes.ts`. */
  readonly outcome: number;
  readonly durationMs: number;
  /** From the beginning of the last try to the connection; negative for none. */
  readonly connectMs: number;
  /** Bytes from the client, and to it. */
  readonly received: number;
  readonly sent: number;
  readonly endpoint: Asked | undefined;
  /** Endpoints that were asked. */
  readonly tries: number;
}
