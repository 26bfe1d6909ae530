import type { AnswerFacts } from './explanation.ts';

/** By number (gRPC's status codes). */
const NAMES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** `404`; of a call `grpc-status 12 (UNIMPLEMENTED)`. */
export function statusWords({ status, grpcStatus }: Pick<AnswerFacts, 'status' | 'grpcStatus'>): string {
  if (grpcStatus === undefined) return String(status);
  const name = NAMES[grpcStatus];
  return `grpc-status ${grpcStatus}${name === undefined ? '' : ` (${name})`}`;
}
