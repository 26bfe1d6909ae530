import { isRecord, type SluiceProxySpec } from '../../../resources/index.ts';
import { sameJson } from '../../same-json.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Rendered } from '../provisioner.ts';
import { listKeys } from './list-keys.ts';
import { strategicMerge } from './strategic-merge.ts';

type Patch = NonNullable<SluiceProxySpec['patches']>[number];

/**
 * Each patch on the object of its kind, in their order. One that can't be applied, or would make the object another's, is left out
 * as a whole, and told.
 *
 * @param marks labels that no patch may change, of objects and of pods
 */
export function applyPatches(
  objects: readonly KubeObject[],
  patches: readonly Patch[],
  marks: readonly string[],
): Rendered {
  const kept = [...IDENTITY, ...marks.flatMap(mark => LABELS.map(labels => [...labels, mark]))];
  const troubles: string[] = [];
  let patched = objects;
  for (const [index, { target, patch }] of patches.entries()) {
    patched = patched.flatMap(object => {
      if (object.kind !== target) return [object];
      const result = patchedObject(object, patch, kept);
      if (!('refused' in result)) return result.objects;
      troubles.push(`patches[${index}] of its SluiceProxy (${target}) is left out: ${result.refused}`);
      return [object];
    });
  }
  return { objects: patched, ...(troubles.length > 0 && { trouble: troubles.join('; ') }) };
}

type Path = readonly string[];

/** Under which an object is ours, and its pods are its own; and the account, for which others would get certificates. */
const IDENTITY: readonly Path[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'ownerReferences'],
  ['spec', 'selector'],
  ['spec', 'scaleTargetRef'],
  ['spec', 'template', 'spec', 'serviceAccountName'],
];
const LABELS: readonly Path[] = [
  ['metadata', 'labels'],
  ['spec', 'template', 'metadata', 'labels'],
];

/** Only what nothing else rests on may be deleted. */
const DELETABLE = ['PodDisruptionBudget'];

function patchedObject(
  original: KubeObject,
  patch: Patch['patch'],
  kept: readonly Path[],
): { readonly objects: readonly KubeObject[] } | { readonly refused: string } {
  const { object, faults } = strategicMerge(original, patch, listKeys(original.kind));
  if (faults.length > 0) return { refused: faults.join(', ') };
  if (object === undefined) {
    return DELETABLE.includes(original.kind)
      ? { objects: [] }
      : { refused: `no data plane is without its ${original.kind}` };
  }
  const changed = kept.find(path => !sameJson(fieldAt(original, path), fieldAt(object, path)));
  if (changed || !isKubeObject(object)) {
    return { refused: `it changes ${changed ? fieldName(changed) : 'metadata'}, by which Sluice knows what is whose` };
  }
  return { objects: [object] };
}

function fieldAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, name) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    object,
  );
}

function fieldName(path: Path): string {
  return path.map((name, index) => (name.includes('/') ? `["${name}"]` : `${index > 0 ? '.' : ''}${name}`)).join('');
}

function isKubeObject(object: Readonly<Record<string, unknown>>): object is KubeObject {
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isRecord(metadata)) return false;
  return typeof metadata.name === 'string' && ['labels', 'annotations'].every(field => isTextMap(metadata[field]));
}

function isTextMap(value: unknown): boolean {
  return value === undefined || (isRecord(value) && Object.values(value).every(member => typeof member === 'string'));
}
