import { refusalAnswer } from '../src/proxy/http1/error-answer.ts';

/** The class of a refusal, as clients are told. */
export function refusalName(refusal: number): string {
  const { status, reason } = refusalAnswer(refusal);
  return `${status} ${reason}`;
}
