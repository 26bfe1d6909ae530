import type { Core } from '../core.ts';
import type { ErrorAnswer } from '../http1/error-answer.ts';
import { connectionLine, type Passage } from '../response-writer.ts';
import { grpcStatusOf } from './grpc-status.ts';

/** Of every answer to a call: what went wrong is in its fields. */
export const GRPC_HTTP_STATUS = 200;

/** What a message may not hold as it is: it is percent-encoded. */
const SPECIAL = /[^\x20-\x24\x26-\x7e]/g;

/**
 * Appends an answer of our own to a call of gRPC: trailers alone, which are the head then (gRPC over HTTP/2, "Trailers-Only").
 * `lines`: further fields.
 */
export function writeGrpcAnswer({ out, date }: Core, passage: Passage, answer: ErrorAnswer, lines = ''): void {
  out.text('HTTP/1.1 200 OK\r\n');
  out.text(`Content-Type: ${passage.contentType ?? 'application/grpc'}\r\n`);
  if (passage.version !== 20) out.text('Content-Length: 0\r\n');
  out.text(`Grpc-Status: ${grpcStatusOf(answer)}\r\nGrpc-Message: ${encoded(answer.reason)}\r\n`);
  out.all(date.bytes());
  connectionLine(out, passage);
  if (passage.debugLine !== undefined) out.text(passage.debugLine);
  out.text(answer.lines + lines);
  out.endHead();
}

function encoded(message: string): string {
  return message.replace(
    SPECIAL,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
