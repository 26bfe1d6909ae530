import { createHash } from 'node:crypto';
import type { RawObject } from '../../../kubernetes/index.ts';
import { isRecord, nameKey } from '../../../resources/index.ts';
import type { KubeObject } from '../kube-object.ts';

export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'sluice';
/** Of what was applied last. */
const HASH = 'sluice.dev/hash';
/** The controller name of whoever made it: several controllers may share a cluster. */
const CONTROLLER = 'sluice.dev/controller';
/** `namespace/name`: a copy that somebody makes of an object bears the name of the first. */
const MADE_AS = 'sluice.dev/made-as';

/** An object to be applied, by which it is known again. */
export interface Marked {
  readonly object: KubeObject;
  readonly hash: string;
}

/** `object` with what tells that it is ours, and what was meant by it. */
export function marked(object: KubeObject, controllerName: string): Marked {
  const { metadata } = object;
  const labels = { ...metadata.labels, [MANAGED_BY]: MANAGER };
  const annotations = { ...metadata.annotations, [CONTROLLER]: controllerName, [MADE_AS]: nameIn(metadata) };
  const whole = { ...object, metadata: { ...metadata, labels, annotations } };
  const hash = createHash('sha256').update(canonical(whole)).digest('hex').slice(0, 16);
  return { object: { ...whole, metadata: { ...whole.metadata, annotations: { ...annotations, [HASH]: hash } } }, hash };
}

/** Whether that controller made it, or was given it. Whoever takes its label off hides it from our watches, and it stays ours. */
export function isOurs({ metadata }: RawObject, controllerName: string): boolean {
  const { annotations } = metadata;
  const own = nameIn(metadata);
  return textAt(annotations, CONTROLLER) === controllerName && (textAt(annotations, MADE_AS) ?? own) === own;
}

export function hashOf({ metadata }: RawObject): string | undefined {
  return textAt(metadata.annotations, HASH);
}

/** How whoever owns an object gives it to us. */
export function handOver(controllerName: string): string {
  return `the label ${MANAGED_BY}=${MANAGER} and the annotation ${CONTROLLER}=${controllerName}`;
}

function nameIn({ namespace = '', name }: KubeObject['metadata']): string {
  return nameKey(namespace, name);
}

function textAt(map: unknown, key: string): string | undefined {
  const value = isRecord(map) ? map[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** JSON in which the order of fields means nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    isRecord(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}
