import { isIP } from 'node:net';
import { type UnitKind, unitKey } from '../ir/index.ts';
import { type Fields, readCount, readList, readObject, readText } from './fields.ts';
import type {
  Ack,
  Hello,
  Known,
  Named,
  OutcomeTold,
  ProxyMessage,
  TokenShown,
  Unknown,
  Unreadable,
} from './messages.ts';
import { oneLine } from './one-line.ts';
import type { BindRefusal, Outcome } from './outcome.ts';
import { isOfOurKinds } from './own-kinds.ts';
import type { ProxyFacts } from './proxy-facts.ts';
import { readLane } from './read-lane.ts';
import { readMessage } from './read-message.ts';

const NAME = 4_096;
const TOKEN = 16_384;
const ADDRESSES = 16;
const COMPLAINTS = 1_000;
const UNITS = 1_000_000;

/** What a proxy, or whoever says that it is one, sent. */
export function readProxyMessage(text: string): ProxyMessage | Unknown | Unreadable {
  return readMessage(text, READERS);
}

const READERS = new Map<unknown, (fields: Fields) => ProxyMessage | undefined>([
  ['hello', readHello],
  ['token', readTokenShown],
  ['known', readKnown],
  ['ack', readAck],
  ['outcome', readOutcomeTold],
  ['leaving', () => ({ type: 'leaving' })],
  ['ping', () => ({ type: 'ping' })],
]);

function readHello({ protocol: number, token: secret, facts: said, leaving }: Fields): Hello | undefined {
  const protocol = readCount(number);
  const token = readText(secret, TOKEN);
  const facts = readFacts(said);
  if (protocol === undefined || token === undefined || facts === undefined) return undefined;
  return { type: 'hello', protocol, token, facts, leaving: leaving === true };
}

function readTokenShown(fields: Fields): TokenShown | undefined {
  const token = readText(fields.token, TOKEN);
  return token === undefined ? undefined : { type: 'token', token };
}

function readFacts(value: unknown): ProxyFacts | undefined {
  const fields = readObject(value);
  const name = readShown(fields?.name);
  const version = readShown(fields?.version);
  const hostAddresses = readList(fields?.hostAddresses, ADDRESSES, readShown);
  const podAddresses = readList(fields?.podAddresses, ADDRESSES, readShown);
  if (!name || version === undefined || !hostAddresses || !podAddresses) return undefined;
  return {
    name,
    version,
    hostAddresses: hostAddresses.filter(isAddress),
    podAddresses: podAddresses.filter(isAddress),
  };
}

/** Statuses show them. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** `{ Route: [[name, hash], …], … }`; of kinds that are not ours any more, too: they are to be removed. */
function readKnown({ units: kinds }: Fields): Known | undefined {
  const units = new Map<string, string>();
  for (const [kind, value] of Object.entries(readObject(kinds) ?? {})) {
    const pairs = readList(value, UNITS, readPair);
    if (!pairs) return undefined;
    for (const [name, hash] of pairs) units.set(unitKey({ kind: kind as UnitKind, name }), hash);
  }
  return kinds === undefined ? undefined : { type: 'known', units };
}

function readPair(value: unknown): readonly [name: string, hash: string] | undefined {
  const [first, second] = Array.isArray(value) ? value : [];
  const name = readText(first, NAME);
  const hash = readText(second, NAME);
  return name === undefined || hash === undefined ? undefined : [name, hash];
}

function readAck(fields: Fields): Ack | undefined {
  const lane = readLane(fields.lane);
  const version = readCount(fields.version);
  const outcome = readOutcome(fields.outcome);
  if (lane === undefined || version === undefined || outcome === undefined) return undefined;
  return { type: 'ack', lane, version, outcome };
}

function readOutcomeTold(fields: Fields): OutcomeTold | undefined {
  const outcome = readOutcome(fields.outcome);
  return outcome && { type: 'outcome', outcome };
}

function readOutcome(value: unknown): Outcome | undefined {
  const fields = readObject(value);
  const failures = readList(fields?.failures, COMPLAINTS, readFailure);
  const rejections = readList(fields?.rejections, COMPLAINTS, readRejection);
  // A proxy of a later version may have units of which we know nothing, for as long as they are not removed.
  return failures && rejections && { failures, rejections: rejections.filter(isOfOurKinds) };
}

function readFailure(value: unknown): BindRefusal | undefined {
  const fields = readObject(value);
  const bind = readText(fields?.bind, NAME);
  const code = readShown(fields?.code);
  const message = readShown(fields?.message);
  return bind === undefined || code === undefined || message === undefined ? undefined : { bind, code, message };
}

function readRejection(value: unknown): (Named & { readonly message: string }) | undefined {
  const fields = readObject(value);
  const kind = readText(fields?.kind, NAME);
  const name = readText(fields?.name, NAME);
  const message = readShown(fields?.message);
  return kind === undefined || name === undefined || message === undefined ? undefined : { kind, name, message };
}

/** Of any length, and short when it is shown. */
function readShown(value: unknown): string | undefined {
  return typeof value === 'string' ? oneLine(value) : undefined;
}
