import { GATEWAY_GROUP, isRecord } from '../../resources/index.ts';
import { type MergeField, type Pen, records, sharedConditions } from './merge-field.ts';

/** `maxItems` of RouteStatus.parents. */
const MOST_PARENTS = 32;

type Entry = Readonly<Record<string, unknown>>;

/**
 * RouteStatus.parents: a map by (parentRef, controllerName) in the shape of a list, of which the entries with our name
 * are ours. The others stay, and leave us what room there is.
 */
export function ownParents(own: readonly string[]): MergeField {
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
        const at = waiting.findIndex(other => parentKey(other, pen) === parentKey(item, pen));
        return waiting.splice(at, at < 0 ? 0 : 1).map(next => entry(item, next, pen));
      });
      const room = Math.max(0, MOST_PARENTS - standing.length);
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

/** What is left out has its default, and the namespace of the route (spec.parentRefs). */
function parentKey({ parentRef }: Entry, pen: Pen): string {
  const ref = isRecord(parentRef) ? parentRef : {};
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = pen.namespace, name, sectionName, port } = ref;
  return JSON.stringify([group, kind, namespace, name, sectionName, port]);
}
