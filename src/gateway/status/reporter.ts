import { nameKey, type ObjectRef, type Problem, refKey } from '../../resources/index.ts';
import type { Source } from '../../sources/index.ts';
import { ROUTE_KINDS, type RouteStatus } from '../../translate/index.ts';
import type { Step } from '../control.ts';
import type { GatewayEvent } from '../events.ts';
import type { Inventory } from '../inventory.ts';
import type { Plane } from '../plane.ts';
import { createProblemLog, located, objectName } from './problem-log.ts';
import { routeState } from './route-state.ts';
import type { StatusStore } from './status-store.ts';

export interface ReporterParts {
  readonly emit: (event: GatewayEvent) => void;
  readonly inventory: Inventory;
  readonly statuses: StatusStore;
  readonly plane: Pick<Plane, 'listeners'>;
  readonly source: Pick<Source, 'locate'>;
}

/** Turns what became of a step into events, and says nothing twice. */
export interface Reporter {
  /** What changed, then where listeners are and how routes fare as a result. */
  step(step: Step): void;
  /** The first step is everything there is: no object of it "changed". */
  first(step: Step): void;
  states(refs: readonly ObjectRef[]): void;
  problems(standing: readonly Problem[]): void;
}

export function createReporter({ emit, inventory, statuses, plane, source }: ReporterParts): Reporter {
  const log = createProblemLog();
  const routes = new Map<string, string>();
  let listening = new Map<string, string>();

  function states(refs: readonly ObjectRef[]): void {
    const before = listening;
    const now = plane.listeners().map(event => [`${event.gateway}/${event.listener}`, event] as const);
    listening = new Map(now.map(([key, event]) => [key, JSON.stringify(event)]));
    for (const [key, event] of now) if (before.get(key) !== listening.get(key)) emit(event);
    for (const ref of refs) if (ROUTE_KINDS.has(ref.kind)) route(ref);
  }

  function route(ref: ObjectRef): void {
    const key = refKey(ref);
    if (!inventory.get(ref)) {
      routes.delete(key);
      return;
    }
    const event = routeState(ref.kind, nameKey(ref.namespace, ref.name), statuses.get(ref) as RouteStatus | undefined);
    const text = JSON.stringify(event);
    if (routes.get(key) !== text) emit(event);
    routes.set(key, text);
  }

  function affected({ changes, statuses }: Step): ObjectRef[] {
    const refs = [...changes.map(change => change.ref), ...statuses];
    return [...new Map(refs.map(ref => [refKey(ref), ref])).values()];
  }

  return {
    first: step => states(affected(step)),
    step(step) {
      for (const { ref, action, since } of step.changes) {
        emit({ event: 'change', object: objectName(ref), action, ms: step.live - since });
      }
      states(affected(step));
    },
    states,
    problems(standing) {
      const { fresh, solved } = log.update(standing);
      for (const problem of solved) emit({ event: 'solved', problem });
      for (const problem of fresh) emit({ event: 'problem', problem: located(problem, source) });
    },
  };
}
