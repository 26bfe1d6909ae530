import type { Case, Fault, Tally } from './case.ts';
import { compareReadings, compareSplit } from './compare.ts';
import { readByLlhttp } from './llhttp.ts';
import { readOurRequests } from './our-requests.ts';
import { readOurResponses } from './our-responses.ts';
import type { Random } from './random.ts';
import type { Reading } from './reading.ts';
import { cut, everywhere, type Splits, someSplits } from './splits.ts';

/** Longer cases are not cut at every byte. */
const LONG = 2_000;

function read({ subject, methods, ends }: Case, pieces: readonly Uint8Array[]): Reading {
  return subject === 'requests' ? readOurRequests(pieces) : readOurResponses(pieces, methods, ends);
}

/** Our parsers beside llhttp, and beside themselves with the same bytes in pieces. */
export function judgeReading(one: Case, random: Random, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const ours = read(one, [bytes]);
  const kind = one.subject === 'requests' ? 'requests' : 'responses';
  const fault = compareReadings(ours, readByLlhttp(kind, bytes, one.methods, one.ends), tally);
  if (fault !== undefined) return fault;
  const ways = [someSplits(one.bytes, random)];
  if (bytes.length < LONG) ways.push(everywhere(bytes.length));
  for (const splits of ways) {
    const differing = compareSplit(ours, read(one, cut(bytes, splits)));
    if (differing !== undefined) return withSplits(differing, splits);
  }
  return undefined;
}

function withSplits(fault: Fault, splits: Splits): Fault {
  return {
    ...fault,
    details: [`cut at ${splits.slice(0, 40).join(' ')}${splits.length > 40 ? ' …' : ''}`, ...fault.details],
  };
}
