import type { ErrorAnswer } from '../http1/error-answer.ts';
import * as answers from '../http1/error-answer.ts';

/** What befell a request besides its status: a bit for each word, so that one request may have several. */
const WORDS = [
  'no_listener',
  'no_route',
  'rule_failed',
  'no_backend',
  'no_endpoints',
  'overflow',
  'connect_failed',
  'connect_timeout',
  'backend_broken',
  'backend_closed',
  'timeout',
  'client_timeout',
  'too_large',
  'malformed',
  'unsupported',
  'loop',
  'client_gone',
  'cut_off',
  'drained',
  'all_ejected',
  'misdirected',
  'backend_tls',
] as const;

export type OutcomeWord = (typeof WORDS)[number];

export function outcomeBit(word: OutcomeWord): number {
  return 1 << WORDS.indexOf(word);
}

const bit = outcomeBit;

/** The client went away before the end of the answer. */
export const CLIENT_GONE = bit('client_gone');
/** The answer broke off behind its head. */
export const CUT_OFF = bit('cut_off');

/** It went to an endpoint that is left out, as all others are. */
export const ALL_EJECTED = bit('all_ejected');

/** It was not finished when the time to drain was over. */
export const DRAINED = bit('drained');

const OF_ANSWER: ReadonlyMap<ErrorAnswer, number> = new Map([
  [answers.SERVER_OPTIONS, 0],
  [answers.NO_LISTENER, bit('no_listener')],
  [answers.NO_ROUTE, bit('no_route')],
  [answers.MISDIRECTED, bit('misdirected')],
  [answers.UNKNOWN_BACKEND, bit('no_backend')],
  [answers.NO_ENDPOINTS, bit('no_endpoints')],
  [answers.OVERFLOW, bit('overflow')],
  [answers.BACKEND_UNREACHABLE, bit('connect_failed')],
  [answers.BACKEND_TLS, bit('backend_tls')],
  [answers.CONNECT_TIMEOUT, bit('connect_timeout')],
  [answers.BACKEND_BROKEN, bit('backend_broken')],
  [answers.BACKEND_CLOSED, bit('backend_closed')],
  [answers.TIMEOUT, bit('timeout')],
]);

/** Answers that only differ in what exactly the request did wrong. */
const OF_STATUS: ReadonlyMap<number, number> = new Map([
  [400, bit('malformed')],
  [405, bit('unsupported')],
  [408, bit('client_timeout')],
  [413, bit('too_large')],
  [414, bit('too_large')],
  [431, bit('too_large')],
  [501, bit('unsupported')],
  [505, bit('unsupported')],
  [508, bit('loop')],
]);

/** Why we answered in the backend's stead. */
export function outcomeOf(answer: ErrorAnswer): number {
  return OF_ANSWER.get(answer) ?? OF_STATUS.get(answer.status) ?? bit('rule_failed');
}

/** The words of the bits, separated by commas; empty for none. */
export function outcomeWords(bits: number): string {
  return bits === 0 ? '' : WORDS.filter((_, index) => (bits & (1 << index)) !== 0).join(',');
}
