import { type ChosenObjects, chosenObjects, type StatusChoice } from './chosen-objects.ts';
import type { ClusterState } from './cluster-state.ts';
import { missingClass, type Unhappy, unhappyObjects } from './unhappy.ts';
import { controllersOf, type Leader, leaderOf, proxiesOf, unhappyWorkloads, type Workload } from './workloads.ts';

/** What `sluice status` tells. */
export interface StatusReport {
  readonly controllers: readonly Workload[];
  readonly leader: Leader | undefined;
  readonly proxies: readonly Workload[];
  readonly objects: ChosenObjects;
  readonly unhappy: readonly Unhappy[];
  readonly unseen: readonly string[];
  readonly now: number;
}

export function statusReport(state: ClusterState, choice: StatusChoice): StatusReport {
  const objects = chosenObjects(state, choice);
  return {
    controllers: controllersOf(state),
    leader: leaderOf(state),
    proxies: proxiesOf(state),
    objects,
    unhappy: [
      ...unhappyWorkloads(state),
      ...missingClass(state, objects, choice),
      ...unhappyObjects(objects, logsOf(controllersOf(state))),
    ],
    unseen: state.unseen,
    now: state.now,
  };
}

function logsOf([first]: readonly Workload[]): string | undefined {
  if (!first) return undefined;
  const labels = 'app.kubernetes.io/name=sluice,app.kubernetes.io/component=controller';
  return `kubectl logs -n ${first.namespace} -l ${labels} --prefix --tail=20`;
}
