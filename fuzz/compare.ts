import { allowance } from './allowances.ts';
import { count, type Fault, type Tally } from './case.ts';
import { describeReading, type Message, type Reading } from './reading.ts';

const BROKEN_CHUNK = /^HPE_(INVALID_CHUNK_SIZE|STRICT .*chunk)/;

/** What llhttp makes of the same bytes must be what we make of them, as far as we accept them. */
export function compareReadings(ours: Reading, theirs: Reading, tally: Tally): Fault | undefined {
  const kind = difference(ours, theirs);
  if (kind === undefined) {
    if (ours.end === 'refused' && theirs.end !== 'refused') count(tally, `refused by us alone: ${ours.reason}`);
    return undefined;
  }
  const allowed = allowance(ours, theirs, kind.at);
  if (allowed !== undefined) {
    count(tally, `allowed: ${allowed}`);
    return undefined;
  }
  return { kind: kind.what, details: [...describeReading('ours  ', ours), ...describeReading('llhttp', theirs)] };
}

/** What differs, and from which message on. */
interface Difference {
  readonly what: string;
  readonly at: number;
}

function difference(ours: Reading, theirs: Reading): Difference | undefined {
  for (const [at, message] of ours.messages.entries()) {
    const what = differs(message, theirs.messages[at], ours);
    if (what !== undefined) return { what, at };
  }
  const at = ours.messages.length;
  if (goesOn(ours, theirs)) return { what: 'a chunk that llhttp refuses', at: at - 1 };
  if (ours.end === 'refused' || ours.end === 'over' || theirs.end === 'refused') return undefined;
  return at === theirs.messages.length ? undefined : { what: 'another number of messages', at };
}

/** Waits for more of a body whose coding is broken. Of trailers it is known when they end. */
function goesOn(ours: Reading, theirs: Reading): boolean {
  return ours.messages.at(-1)?.whole === false && ours.end === 'waiting' && BROKEN_CHUNK.test(theirs.reason);
}

function differs(ours: Message, theirs: Message | undefined, { end }: Reading): string | undefined {
  if (theirs === undefined) return 'a message that llhttp has not';
  if (ours.method !== theirs.method || ours.status !== theirs.status) return 'another method or status';
  if (ours.target !== theirs.target) return 'another target';
  if (ours.minor !== theirs.minor) return 'another version';
  if (ours.fields.join('\n') !== theirs.fields.join('\n')) return 'other fields';
  if (ours.whole) return theirs.whole && ours.body === theirs.body ? undefined : 'another body';
  if (end === 'refused') return undefined;
  return theirs.whole ? 'an end that we wait for' : undefined;
}

/** However bytes come, they mean the same. */
export function compareSplit(whole: Reading, split: Reading): Fault | undefined {
  const kind = splitDifference(whole, split);
  if (kind === undefined) return undefined;
  return { kind, details: [...describeReading('whole ', whole), ...describeReading('pieces', split)] };
}

function splitDifference(whole: Reading, split: Reading): string | undefined {
  if (JSON.stringify(whole.messages) !== JSON.stringify(split.messages)) return 'other messages in pieces';
  return whole.end === split.end || undecided(whole, split) ? undefined : 'another end in pieces';
}

/** Of a head that does not end, a fault may be seen now or when it does. */
function undecided(whole: Reading, split: Reading): boolean {
  const inHead = (reading: Reading) => reading.messages.at(-1)?.whole !== false;
  const open = (reading: Reading) => reading.end === 'refused' || reading.end === 'waiting' || reading.end === 'idle';
  return inHead(whole) && inHead(split) && open(whole) && open(split);
}
