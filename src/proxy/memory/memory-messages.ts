import type { ArrivalTls } from '../arrival.ts';
import type { RequestFacts } from '../request-facts.ts';

/** Names and values of fields, in order, one character per byte. */
export type FieldList = readonly (readonly [name: string, value: string])[];

/** What a client sends. */
export interface MemoryRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly target: string;
  /** In order; Host is one of them. Content-Length and Transfer-Encoding are ours: what is sent is `body`. */
  readonly headers: FieldList;
  readonly body?: Uint8Array | undefined;
  /** IP address of the client; default 127.0.0.1. */
  readonly client?: string | undefined;
  /** Of HTTP; default 1, or as `tls` says. It is told to backends; whatever it is, the same is done. */
  readonly version?: 1 | 2 | undefined;
  /** What a handshake came to before; absent: plaintext. */
  readonly tls?: ArrivalTls | undefined;
}

/** What becomes of a handshake whose client takes any certificate, and shows a good one where that is wanted. */
export type MemoryHandshake =
  | { readonly kind: 'refused'; readonly reason: 'no-listener' | 'certificate'; readonly listener?: string }
  /** `listener`: name of the one that the server name chooses. */
  | { readonly kind: 'passthrough'; readonly listener: string }
  /** `certificate`: name of the Secret whose certificate is shown. */
  | { readonly kind: 'terminate'; readonly listener: string; readonly certificate: string };

/** A connection whose bytes go to a backend as they are. */
export interface MemoryConnection {
  /** Absent: TCP. */
  readonly tls?: { readonly listener: string; readonly serverName: string; readonly mode: 'passthrough' | 'terminate' };
  /** IP address of the client; default 127.0.0.1. */
  readonly client?: string | undefined;
}

/** What the client gets for it: the answer itself, without interim ones. */
export interface MemoryAnswer {
  readonly status: number;
  readonly headers: FieldList;
  readonly body: Uint8Array;
  /** What backends got, in the order of arrival; copies for mirrors and further tries too. */
  readonly arrived: readonly ArrivedRequest[];
  /** What the debug header would say. */
  readonly facts: RequestFacts;
}

/** A request as it came to an endpoint. */
export interface ArrivedRequest {
  /** Of the endpoint. */
  readonly address: string;
  readonly port: number;
  readonly method: string;
  readonly target: string;
  readonly headers: FieldList;
  readonly body: Uint8Array;
}

/** What a backend answers. */
export interface MemoryReply {
  /** Default 200. */
  readonly status?: number;
  /** Content-Length and Transfer-Encoding are ours, but for an answer without a body (to HEAD, 304). */
  readonly headers?: FieldList;
  readonly body?: Uint8Array;
}
