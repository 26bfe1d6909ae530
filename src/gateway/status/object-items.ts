import type { ConfigView } from '../../explain/index.ts';
import { type AnyResource, type Problem, refKey, refOf } from '../../resources/index.ts';
import { type ItemMetadata, metadataOf, type StatusItem } from './status-items.ts';

/** An object as it was read (newest version, defaults applied), with what became of it. */
export interface ObjectItem {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ItemMetadata;
  /** Nearly every kind has one. */
  readonly spec?: object;
  /** Absent for kinds that get none from us. */
  readonly status?: object;
  /** What stands against it. */
  readonly problems: readonly ItemProblem[];
  /** What its kind has beside. */
  readonly [field: string]: unknown;
}

export type ItemProblem = Pick<Problem, 'severity' | 'code' | 'message' | 'path'>;

/** Which objects are asked for: those of these kinds, else those that have a status. */
export interface ItemQuery {
  readonly kinds?: readonly string[];
}

/** Ordered by kind, namespace and name. What Secrets hold is left out. */
export function objectItems(
  view: Pick<ConfigView, 'objects' | 'problems'>,
  statuses: readonly StatusItem[],
  { kinds }: ItemQuery = {},
): readonly ObjectItem[] {
  const statusOf = new Map(statuses.map(item => [keyOf(item), item.status]));
  const problemsOf = Map.groupBy(view.problems, ({ object }) => (object === undefined ? '' : refKey(object)));
  const asked = (resource: AnyResource) => kinds?.includes(resource.kind) ?? statusOf.has(refKey(refOf(resource)));
  return view.objects
    .filter(asked)
    .sort(byPlace)
    .map(resource => {
      const key = refKey(refOf(resource));
      return itemOf(resource, statusOf.get(key), problemsOf.get(key) ?? []);
    });
}

function keyOf({ kind, metadata }: StatusItem): string {
  return refKey({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
}

function itemOf(resource: AnyResource, status: object | undefined, problems: readonly Problem[]): ObjectItem {
  const { apiVersion, kind, metadata, ...content } = resource;
  return {
    apiVersion,
    kind,
    metadata: metadataOf(metadata),
    ...(kind === 'Secret' ? withoutValues(content) : content),
    ...(status && { status }),
    problems: problems.map(toldOf),
  };
}

/** The names of what a Secret holds tell whether it is the right one; the values are nobody's affair. */
function withoutValues(content: object): object {
  const hidden = (value: unknown) => Object.fromEntries(Object.keys(Object(value)).map(name => [name, HIDDEN]));
  return Object.fromEntries(
    Object.entries(content).map(([field, value]) => [field, /^(data|stringData)$/.test(field) ? hidden(value) : value]),
  );
}

const HIDDEN = '(not shown)';

function toldOf({ severity, code, message, path }: Problem): ItemProblem {
  return { severity, code, message, ...(path === undefined ? {} : { path }) };
}

function byPlace(a: AnyResource, b: AnyResource): number {
  return (
    compare(a.kind, b.kind) ||
    compare(a.metadata.namespace, b.metadata.namespace) ||
    compare(a.metadata.name, b.metadata.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
