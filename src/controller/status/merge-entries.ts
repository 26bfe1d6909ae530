import { GATEWAY_GROUP, isRecord } from '../../resources/index.ts';
import { type MergeField, type Pen, records, sharedConditions } from './merge-field.ts';

/** A list of entries, each about one object that `ref` names and by one controller. */
export interface EntryList {
  /** The field of an entry that names the object: `parentRef`. */
  readonly ref: string;
  /** `maxItems` of the list. */
  readonly most: number;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * RouteStatus.parents and the like: a map by (parentRef, controllerName) in the shape of a list, of which the entries with our
 * name are ours. The others stay, and leave us what room there is.
 */
export function ownEntries({ ref, most }: EntryList, own: readonly string[]): MergeField {
  const { merge, conditions } = sharedConditions(own);

  function entry(live: Entry | undefined, ours: Entry, pen: Pen): Entry {
    const { controllerName } = pen;
    return { ...ours, controllerName, conditions: merge(live?.conditions, ours.conditions, pen) };
  }

  return {
    merge(live, ours, pen) {
      const waiting = [...records(ours)];
      const standing = (Array.isArray(live) ? live : []).flatMap(item => {
        if (!isMine(item, pen)) return [item];
        const at = waiting.findIndex(other => objectKey(other[ref], pen) === objectKey(item[ref], pen));
        return waiting.splice(at, at < 0 ? 0 : 1).map(next => entry(item, next, pen));
      });
      const room = Math.max(0, most - standing.length);
      return [...standing, ...waiting.slice(0, room).map(next => entry(undefined, next, pen))];
    },
    conditions: (value, pen) =>
      records(value)
        .filter(item => isMine(item, pen))
        .flatMap(item => conditions(item.conditions, pen)),
  };
}

function isMine(item: unknown, { controllerName }: Pen): item is Entry {
  return isRecord(item) && item.controllerName === controllerName;
}

/** What is left out has its default, and the namespace of the object with the status (spec.parentRefs). */
function objectKey(reference: unknown, pen: Pen): string {
  const {
    group = GATEWAY_GROUP,
    kind = 'Gateway',
    namespace = pen.namespace,
    name,
    sectionName,
    port,
  } = isRecord(reference) ? reference : {};
  return JSON.stringify([group, kind, namespace, name, sectionName, port]);
}
