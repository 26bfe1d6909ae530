import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { Peer } from './peer.ts';

/** Who sends a request, and hears what becomes of it. */
export interface Sender {
  readonly core: Core;
  /** Whose request it is. */
  readonly peer: Peer;
  /** More of the request is to come. */
  readonly unfinished: boolean;
  /** The client has something of the answer: another can't follow. */
  readonly answering: boolean;
  /** A try begins now. */
  onTry(): void;
  /** A try came to nothing, and another begins after a while. */
  onPause(): void;
  /** Whether what is sent moves on; more of the request may come when it does. */
  onFlow(flowing: boolean): void;
  onAnswerData(bytes: Uint8Array, start: number, end: number): void;
  /** As {@link UpstreamUser} has it. */
  onAnswerHead(bytes: Uint8Array, start: number, end: number): void;
  onAnswerOver(trailed: boolean): void;
  /** The backend ended its side: in order, or (`broken`) by a reset. */
  onAnswerEnd(broken: boolean): void;
  onFailure(answer: ErrorAnswer): void;
}
