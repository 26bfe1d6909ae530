import { isRecord, type ObjectRef } from '../../resources/index.ts';
import { sameJson } from '../same-json.ts';
import { ownEntries } from './merge-entries.ts';
import { type MergeField, ownListeners, type Pen, sharedConditions, whole } from './merge-field.ts';

/** How the status of a kind is shared; a field that is not named is all ours. */
interface SharedStatus {
  readonly fields: Readonly<Record<string, MergeField>>;
  /** What we want of an object that is ours no more; absent: it keeps what it has. */
  readonly left?: object;
}

const ROUTE_CONDITIONS = ['Accepted', 'ResolvedRefs', 'PartiallyInvalid', 'sluice.dev/Rejected'];

const ROUTE: SharedStatus = {
  fields: { parents: ownEntries({ ref: 'parentRef', most: 32 }, ROUTE_CONDITIONS) },
  left: { parents: [] },
};

const POLICY: SharedStatus = {
  fields: { ancestors: ownEntries({ ref: 'ancestorRef', most: 16 }, ['Accepted', 'ResolvedRefs']) },
  left: { ancestors: [] },
};

const LISTENER_CONDITIONS = ['Accepted', 'Conflicted', 'ResolvedRefs', 'Programmed', 'OverlappingTLSConfig'];

/** Every kind that has a status from us, with the condition types that are ours. */
const STATUSES = new Map<string, SharedStatus>([
  [
    'GatewayClass',
    { fields: { conditions: sharedConditions(['Accepted', 'SupportedVersion']), supportedFeatures: whole } },
  ],
  [
    'Gateway',
    {
      fields: {
        addresses: whole,
        attachedListenerSets: whole,
        conditions: sharedConditions(['Accepted', 'Programmed', 'ResolvedRefs', 'InsecureFrontendValidationMode']),
        listeners: ownListeners(LISTENER_CONDITIONS),
      },
    },
  ],
  [
    'ListenerSet',
    {
      fields: {
        conditions: sharedConditions(['Accepted', 'Programmed']),
        listeners: ownListeners(LISTENER_CONDITIONS),
      },
    },
  ],
  ['HTTPRoute', ROUTE],
  ['GRPCRoute', ROUTE],
  ['TLSRoute', ROUTE],
  ['TCPRoute', ROUTE],
  ['UDPRoute', ROUTE],
  ['BackendTLSPolicy', POLICY],
  ['XBackendTrafficPolicy', POLICY],
  [
    'XBackend',
    {
      fields: { parents: ownEntries({ ref: 'parentRef', most: 32 }, ['Accepted', 'ResolvedRefs']) },
      left: { parents: [] },
    },
  ],
]);

export function hasStatus(kind: string): boolean {
  return STATUSES.has(kind);
}

export interface MergeInput {
  readonly object: ObjectRef;
  readonly live: { readonly generation?: number; readonly status: unknown };
  /** What translation says; undefined: nothing (any more). */
  readonly ours: object | undefined;
  readonly controllerName: string;
  readonly now: Date;
}

/** Fields of a merge patch (RFC 7396); null removes. */
export type StatusPatch = Readonly<Record<string, unknown>>;

/**
 * What to write, or undefined: nothing differs, or `ours` was made for another generation than the object's. Only what
 * is ours is touched: our condition types, the entries with our controllerName.
 */
export function mergeStatus({ object, live, ours, controllerName, now }: MergeInput): StatusPatch | undefined {
  const shared = STATUSES.get(object.kind);
  const wanted = ours ?? shared?.left;
  if (!shared || !wanted) return undefined;
  const pen: Pen = { controllerName, namespace: object.namespace, time: metaTime(now) };
  const before = isRecord(live.status) ? live.status : {};
  const after: Readonly<Record<string, unknown>> = { ...wanted };
  if (!isTimely(generationOf(after, shared, pen), generationOf(before, shared, pen, live.generation), live.generation))
    return undefined;
  const patch = Object.keys({ ...shared.fields, ...after }).flatMap(field => {
    const { merge } = shared.fields[field] ?? whole;
    const merged = merge(before[field], after[field], pen);
    return sameField(before[field], merged) ? [] : [[field, merged ?? null] as const];
  });
  return patch.length > 0 ? Object.fromEntries(patch) : undefined;
}

/**
 * Behind what already stands there, we wait for the object to be translated anew; ahead of the object, it was deleted
 * and made anew, and the verdict is about the one before.
 */
function isTimely(ours: number, standing: number, generation = Number.POSITIVE_INFINITY): boolean {
  return ours === 0 || (ours >= standing && ours <= generation);
}

/** The newest observedGeneration of our conditions; 0: there is none. What no object of this life can have had is no news. */
function generationOf(
  status: Readonly<Record<string, unknown>>,
  { fields }: SharedStatus,
  pen: Pen,
  most = Number.POSITIVE_INFINITY,
): number {
  const conditions = Object.entries(fields).flatMap(([field, { conditions }]) => conditions(status[field], pen));
  const observed = conditions.map(({ observedGeneration }) => observedGeneration);
  return Math.max(0, ...observed.filter(value => typeof value === 'number' && value <= most).map(Number));
}

/** A list without items may be left out. */
function sameField(a: unknown, b: unknown): boolean {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  return (isEmpty(a) && isEmpty(b)) || sameJson(a, b);
}

/** metav1.Time has no fractions of a second. */
function metaTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
