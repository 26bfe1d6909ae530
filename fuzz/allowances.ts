import { HIDDEN } from './llhttp.ts';
import { type Message, type Reading, valuesOf } from './reading.ts';

/** Our reading of a message, theirs (if there is one), and the index of both. */
interface Pair {
  readonly ours: Message;
  readonly theirs: Message | undefined;
  readonly before: Message | undefined;
  readonly end: Reading;
}

interface Allowance {
  readonly name: string;
  applies(pair: Pair): boolean;
}

const IN_TRAILERS = new RegExp(
  `^HPE_(INVALID_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING|UNEXPECTED_CONTENT_LENGTH)|^${HIDDEN}`,
);

function isFraming(line: string): boolean {
  return /^(content-length|transfer-encoding|connection|proxy-connection|upgrade):/i.test(line);
}

/** They stopped behind the body. */
function isEqualSoFar(ours: Message, theirs: Message): boolean {
  return !theirs.whole && ours.body === theirs.body && ours.fields.join('\n') === theirs.fields.join('\n');
}

/** What we accept though llhttp does not, and why that harms nobody. */
const ALLOWANCES: readonly Allowance[] = [
  {
    // RFC 9110 §9.1 lets anybody define a method; llhttp has a list. The framing of a request does not depend on it.
    name: 'a method that llhttp does not know',
    applies: ({ ours, theirs, end }) =>
      theirs === undefined && (end.reason.startsWith('HPE_INVALID_METHOD') || ours.method === 'PRI'),
  },
  {
    // RFC 9110 §6.5.1: fields of framing in a trailer section mean nothing. They are dropped, so nobody reads them behind us.
    name: 'a framing field in trailers',
    applies: ({ ours, theirs, before, end }) =>
      (theirs === undefined && end.end === 'over' && before?.trailers.some(isFraming) === true) ||
      (theirs !== undefined && isEqualSoFar(ours, theirs) && IN_TRAILERS.test(end.reason)),
  },
  {
    // No field of the standard, and to llhttp the same as Connection. It is taken for nothing and never forwarded.
    name: 'a message behind `Proxy-Connection: close`',
    applies: ({ theirs, before, end }) =>
      theirs === undefined &&
      end.end === 'over' &&
      before !== undefined &&
      valuesOf(before, 'proxy-connection').length > 0,
  },
  {
    // An interim response that says `close`, or is of HTTP/1.0: the final one still has to come (RFC 9110 §15.2).
    name: 'an answer behind an interim one that closes',
    applies: ({ ours, theirs, before, end }) =>
      ours.status > 0 && theirs === undefined && end.end === 'over' && before !== undefined && before.status < 200,
  },
];

/** The name of the reason for which the message `at` may be read otherwise. */
export function allowance(ours: Reading, theirs: Reading, at: number): string | undefined {
  const message = ours.messages[at];
  if (message === undefined) return undefined;
  const pair = { ours: message, theirs: theirs.messages[at], before: theirs.messages[at - 1], end: theirs };
  return ALLOWANCES.find(one => one.applies(pair))?.name;
}
