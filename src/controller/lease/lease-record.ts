import { isRecord } from '../../resources/index.ts';
import { microTime } from '../micro-time.ts';

/** What a Lease says (coordination.k8s.io/v1 LeaseSpec); what is absent or of another type reads as its zero value. */
export interface LeaseRecord {
  /** '': nobody holds it. */
  readonly holder: string;
  /** How long the holder may be silent, in s. */
  readonly durationSeconds: number;
  /** RFC 3339 with microseconds, by the clock of the holder. */
  readonly acquireTime: string | undefined;
  readonly transitions: number;
  /** Where proxies reach the holder (`host:port`), by its annotation; only a name or an address is believed. */
  readonly address: string | undefined;
}

const ADDRESS_ANNOTATION = 'sluice.dev/config-address';

/** A Lease as it was read; it goes back with everything that others put there. */
export interface ReadLease {
  readonly object: Readonly<Record<string, unknown>>;
  readonly resourceVersion: string;
  readonly record: LeaseRecord;
}

/** Undefined: the body is no Lease. */
export function readLease(body: unknown): ReadLease | undefined {
  if (!isRecord(body) || !isRecord(body.metadata)) return undefined;
  const { resourceVersion } = body.metadata;
  return typeof resourceVersion === 'string'
    ? { object: body, resourceVersion, record: recordOf(body.spec, body.metadata.annotations) }
    : undefined;
}

function recordOf(spec: unknown, annotations: unknown): LeaseRecord {
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = isRecord(spec) ? spec : {};
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationSeconds: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : 0,
    acquireTime: typeof acquireTime === 'string' ? acquireTime : undefined,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    address: isRecord(annotations) ? hostPortOf(annotations[ADDRESS_ANNOTATION]) : undefined,
  };
}

function hostPortOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\]):[0-9]{1,5}$/i.test(value)
    ? value
    : undefined;
}

/** The object to send; without `before` it is a new one. */
export function leaseObject(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  record: LeaseRecord,
  now: Date,
  before?: ReadLease,
): object {
  const kept = isRecord(before?.object.spec) ? before.object.spec : {};
  const metadata = isRecord(before?.object.metadata) ? before.object.metadata : { namespace, name };
  return {
    ...before?.object,
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...metadata, ...annotationsOf(metadata.annotations, record.address) },
    spec: {
      ...kept,
      holderIdentity: record.holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(record.durationSeconds)),
      acquireTime: record.acquireTime ?? microTime(now),
      renewTime: microTime(now),
      leaseTransitions: record.transitions,
    },
  };
}

/** Whoever takes a Lease over takes away the address of the holder before. */
function annotationsOf(before: unknown, address: string | undefined): object {
  const { [ADDRESS_ANNOTATION]: former, ...others } = isRecord(before) ? before : {};
  if (address === undefined && former === undefined) return {};
  return { annotations: { ...others, ...(address !== undefined && { [ADDRESS_ANNOTATION]: address }) } };
}
