import type { ObjectRef } from '../../resources/index.ts';
import { forbiddenProblem } from '../forbidden-rule.ts';
import type { WriteProblems } from '../writing/write-problems.ts';
import { resourceOf } from './status-request.ts';

/**
 * Kinds that RBAC does not let us write. Roles may be bound in one namespace only, so each kind is held back by
 * namespace, and tried again now and then: a role that is granted later is picked up.
 */
export interface StatusHolds {
  /** Whether the object must wait; if so, it is remembered until the next try. */
  hold(key: string, object: ObjectRef): boolean;
  /** A write was refused with the API server's words. */
  forbid(key: string, object: ObjectRef, said: string): void;
  /** A write was let through. */
  permit(object: ObjectRef): void;
  /** How many objects wait. */
  size(): number;
  clear(): void;
}

export interface StatusHoldsOptions {
  /** Between two tries, in ms. */
  readonly retry: number;
  readonly problems: Pick<WriteProblems, 'set' | 'delete'>;
  /** These may be tried again; true if one of them is still to be written. */
  readonly onDue: (keys: readonly string[]) => boolean;
}

interface Hold {
  readonly kind: string;
  readonly waiting: Set<string>;
  /** Undefined while the next try is under way. */
  timer: NodeJS.Timeout | undefined;
}

export function createStatusHolds({ retry, problems, onDue }: StatusHoldsOptions): StatusHolds {
  const holds = new Map<string, Hold>();
  const placeOf = ({ kind, namespace }: ObjectRef) => `${kind}/${namespace}`;
  const problemKey = (kind: string) => `forbidden ${kind}`;

  function lift(place: string): readonly string[] {
    const hold = holds.get(place);
    if (!hold) return [];
    clearTimeout(hold.timer);
    holds.delete(place);
    if (![...holds.values()].some(({ kind }) => kind === hold.kind)) problems.delete(problemKey(hold.kind));
    return [...hold.waiting];
  }

  function due(place: string, hold: Hold): void {
    hold.timer = undefined;
    const keys = [...hold.waiting];
    hold.waiting.clear();
    if (!onDue(keys)) lift(place);
  }

  return {
    hold(key, object) {
      const hold = holds.get(placeOf(object));
      if (hold?.timer === undefined) return false;
      hold.waiting.add(key);
      return true;
    },
    forbid(key, object, said) {
      const { kind } = object;
      const place = placeOf(object);
      const hold: Hold = holds.get(place) ?? { kind, waiting: new Set(), timer: undefined };
      hold.waiting.add(key);
      hold.timer ??= setTimeout(due, retry, place, hold);
      holds.set(place, hold);
      problems.set(problemKey(kind), missingRule(kind, said));
    },
    permit: object => void onDue(lift(placeOf(object))),
    size: () => [...holds.values()].reduce((sum, { waiting }) => sum + waiting.size, 0),
    clear() {
      for (const place of [...holds.keys()]) lift(place);
    },
  };
}

function missingRule(kind: string, said: string) {
  const { group, plural } = resourceOf(kind);
  const loss = `the status of no ${kind} is written where that is so`;
  return forbiddenProblem({ group, resource: `${plural}/status`, verb: 'patch', loss }, said);
}
