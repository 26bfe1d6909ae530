import type { ObjectRef, Resource } from '../../resources/index.ts';
import type { Translator } from '../../translate/index.ts';
import type { Inventory } from '../inventory.ts';

/** An object with its status, as the Kubernetes API would show it. */
export interface StatusItem {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ItemMetadata;
  readonly status: object;
}

export interface ItemMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generation: number;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Every object that has a status, ordered by kind, namespace and name. `statusOf`: the status to show. */
export function statusItems(
  translator: Pick<Translator, 'allStatuses'>,
  inventory: Pick<Inventory, 'get'>,
  statusOf: (object: ObjectRef) => object | undefined,
): readonly StatusItem[] {
  return translator.allStatuses().flatMap(({ object }) => {
    const resource = inventory.get(object);
    const status = statusOf(object);
    return resource && status ? statusItem(resource, status) : [];
  });
}

function statusItem({ apiVersion, kind, metadata }: Resource, status: object): StatusItem {
  return { apiVersion, kind, metadata: metadataOf(metadata), status };
}

export function metadataOf(metadata: Resource['metadata']): ItemMetadata {
  const { name, namespace, generation, creationTimestamp, labels } = metadata;
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    generation,
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}
