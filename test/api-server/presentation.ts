import type { RawObject } from '../../src/kubernetes/index.ts';
import { type InstalledKind, isBuiltIn } from './installed-kind.ts';

/** How objects are shown to who asks: in the version asked for, and whole or as metadata only. */
export interface Presentation {
  readonly kind: InstalledKind;
  readonly version: string;
  readonly metadataOnly: boolean;
}

const META = 'meta.k8s.io/v1';

/** The first that fits counts. */
const ASKED = /as=(PartialObjectMetadata(?:List)?)\b/;

export function asksForMetadata(accept = ''): boolean {
  return ASKED.test(accept);
}

/** A watch that is asked to show objects as lists opens, and shows nothing (seen of Kubernetes 1.36). */
export function asksForLists(accept = ''): boolean {
  return ASKED.exec(accept)?.[1] === 'PartialObjectMetadataList';
}

function apiVersionOf({ kind, version }: Presentation): string {
  return kind.group === '' ? version : `${kind.group}/${version}`;
}

export function present(object: RawObject, as: Presentation): RawObject {
  if (as.metadataOnly) return { kind: 'PartialObjectMetadata', apiVersion: META, metadata: object.metadata };
  return { ...object, apiVersion: apiVersionOf(as), kind: as.kind.kind };
}

/** An item of a list: built-in kinds leave apiVersion and kind to the list. */
function presentItem(object: RawObject, as: Presentation): object {
  const shown = present(object, as);
  if (as.metadataOnly || !isBuiltIn(as.kind)) return shown;
  const { apiVersion: _apiVersion, kind: _kind, ...item } = shown;
  return item;
}

export function presentList(objects: readonly RawObject[], metadata: object, as: Presentation): object {
  const identity = as.metadataOnly
    ? { kind: 'PartialObjectMetadataList', apiVersion: META }
    : { kind: `${as.kind.kind}List`, apiVersion: apiVersionOf(as) };
  return { ...identity, metadata, items: objects.map(object => presentItem(object, as)) };
}

export function presentBookmark(revision: number, as: Presentation): object {
  const identity = as.metadataOnly
    ? { kind: 'PartialObjectMetadata', apiVersion: META }
    : { kind: as.kind.kind, apiVersion: apiVersionOf(as) };
  return { ...identity, metadata: { resourceVersion: String(revision), creationTimestamp: null } };
}
