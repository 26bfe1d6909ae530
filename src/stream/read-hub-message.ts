import type { Unit } from '../ir/index.ts';
import { type Fields, readCount, readList, readObject, readText } from './fields.ts';
import type { DeltaPart, HubMessage, Named, Refused, Unknown, Unreadable, Welcome } from './messages.ts';
import { oneLine } from './one-line.ts';
import { isOfOurKinds } from './own-kinds.ts';
import { readLane } from './read-lane.ts';
import { readMessage } from './read-message.ts';

const NAME = 4_096;
const UNITS = 1_000_000;

/** What a controller sent. Of a unit no more is looked at than says which it is: what is in it is for whoever obeys it. */
export function readHubMessage(text: string): HubMessage | Unknown | Unreadable {
  return readMessage(text, READERS);
}

const READERS = new Map<unknown, (fields: Fields) => HubMessage | undefined>([
  ['refused', readRefused],
  ['welcome', readWelcome],
  ['delta', readDelta],
  ['ping', () => ({ type: 'ping' })],
]);

function readRefused(fields: Fields): Refused | undefined {
  const leader = readText(fields.leader, NAME);
  if (typeof fields.reason !== 'string') return undefined;
  return { type: 'refused', reason: oneLine(fields.reason), ...(leader !== undefined && { leader }) };
}

function readWelcome(fields: Fields): Welcome | undefined {
  const heartbeat = readCount(fields.heartbeat);
  return heartbeat === undefined ? undefined : { type: 'welcome', heartbeat };
}

function readDelta(fields: Fields): DeltaPart | undefined {
  const lane = readLane(fields.lane);
  const version = readCount(fields.version);
  const upserts = readList(fields.upserts, UNITS, readUnit);
  const removals = readList(fields.removals, UNITS, readName);
  if (lane === undefined || version === undefined || !upserts || !removals) return undefined;
  return {
    type: 'delta',
    lane,
    version,
    last: fields.last !== false,
    upserts: upserts.filter(isUnit),
    unknown: upserts.filter(unit => !isUnit(unit)),
    removals: removals.filter(isOfOurKinds),
    forgotten: removals.filter(name => !isOfOurKinds(name)),
  };
}

function readUnit(value: unknown): Named | undefined {
  const fields = readObject(value);
  return typeof fields?.hash === 'string' && readNamed(fields.kind, fields.name) ? (value as Named) : undefined;
}

function readName(value: unknown): Named | undefined {
  return Array.isArray(value) ? readNamed(value[0], value[1]) : undefined;
}

function readNamed(first: unknown, second: unknown): Named | undefined {
  const kind = readText(first, NAME);
  const name = readText(second, NAME);
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

/** Whoever signed the controller's certificate is trusted to send units as they are. */
function isUnit(unit: Named): unit is Unit {
  return isOfOurKinds(unit);
}
