import type { Client } from './client.ts';
import type { Core } from './core.ts';
import type { Errand } from './errand.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import type { GrpcWeb } from './grpc/grpc-web.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { RequestBody } from './request-body.ts';
import type { Passage } from './response-writer.ts';

/** What the way back needs of the exchange it belongs to. */
export interface Conversation extends Passage {
  readonly core: Core;
  readonly client: Pick<Client, 'closing' | 'touch' | 'writeInterim' | 'writeAnswer' | 'write' | 'writeTrailers'>;
  readonly errand: Pick<Errand, 'holdAnswer' | 'tryAgainAfter' | 'leave'>;
  readonly body: Pick<RequestBody, 'done' | 'short'>;
  readonly responseEdit: HeaderEdit | undefined;
  sessionLine(): string | undefined;
  readonly toHead: boolean;
  readonly expectsContinue: boolean;
  readonly upgrading: boolean;
  /** Of the handshake, where we made it; else ''. */
  readonly webSocketKey: string;
  /** The call is one of gRPC to the backend alone. */
  readonly web: GrpcWeb | undefined;
  contentType: string | undefined;
  keepAlive: boolean;
  chunked: boolean;
  responseDone(status: number, reusable: boolean): void;
  switchProtocols(bytes: Uint8Array, start: number, end: number): void;
  answer(answer: ErrorAnswer): void;
  cutOff(status: number): void;
}
