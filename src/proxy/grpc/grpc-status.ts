import type { ErrorAnswer } from '../http1/error-answer.ts';
import { CONNECT_TIMEOUT } from '../http1/error-answer.ts';

const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;

/** Statuses of answers of our own that say what a call can do about it; all others: perhaps it goes better the next time. */
const BY_STATUS: ReadonlyMap<number, number> = new Map([
  [400, INTERNAL],
  [404, UNIMPLEMENTED],
  [405, UNIMPLEMENTED],
  [408, DEADLINE_EXCEEDED],
  [413, RESOURCE_EXHAUSTED],
  [414, RESOURCE_EXHAUSTED],
  [431, RESOURCE_EXHAUSTED],
  [501, UNIMPLEMENTED],
  [504, DEADLINE_EXCEEDED],
  [505, UNIMPLEMENTED],
  [508, INTERNAL],
]);

/** The status of gRPC that says to a call what `answer` says to other requests. */
export function grpcStatusOf(answer: ErrorAnswer): number {
  if (answer === CONNECT_TIMEOUT) return UNAVAILABLE;
  return BY_STATUS.get(answer.status) ?? UNAVAILABLE;
}
