import type { RawObject } from '../../kubernetes/index.ts';
import { textAt, valuesAt } from '../get/values-at.ts';
import { type ClusterState, isController, isProxy } from './cluster-state.ts';
import { refOf, type Unhappy } from './unhappy.ts';

/** The pods of a Deployment: of a controller, or of proxies. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
  readonly image: string;
  /** Of proxies: the Gateway (`Gateway default/web`) or the class (`GatewayClass sluice`) that they are there for. */
  readonly of?: string;
}

/** Who leads the controllers. */
export interface Leader {
  /** '': nobody. */
  readonly holder: string;
  /** Since when nothing was heard of them, in s. */
  readonly silent: number;
}

export function controllersOf({ objects }: ClusterState): readonly Workload[] {
  return (objects.get('Deployment') ?? []).filter(isController).map(workloadOf);
}

export function proxiesOf({ objects }: ClusterState): readonly Workload[] {
  return (objects.get('Deployment') ?? []).filter(isProxy).map(workloadOf);
}

function workloadOf(deployment: RawObject): Workload {
  const { namespace = '', name } = deployment.metadata;
  const owner = valuesAt(deployment, 'metadata.ownerReferences[]').find(each =>
    ['Gateway', 'GatewayClass'].includes(textAt(each, 'kind') ?? ''),
  );
  const place = textAt(owner, 'kind') === 'Gateway' ? `${namespace}/` : '';
  return {
    namespace,
    name,
    ready: numberAt(deployment, 'status.readyReplicas', 0),
    wanted: numberAt(deployment, 'spec.replicas', 1),
    image: textAt(deployment, 'spec.template.spec.containers[].image') ?? '',
    ...(owner !== undefined && { of: `${textAt(owner, 'kind')} ${place}${textAt(owner, 'name')}` }),
  };
}

function numberAt(object: object, path: string, otherwise: number): number {
  const [value] = valuesAt(object, path);
  return typeof value === 'number' ? value : otherwise;
}

export function leaderOf({ lease, now }: ClusterState): Leader | undefined {
  if (!lease) return undefined;
  const renewed = Date.parse(textAt(lease, 'spec.renewTime') ?? '');
  const silent = Number.isNaN(renewed) ? 0 : Math.max(0, Math.round((now - renewed) / 1000));
  return { holder: textAt(lease, 'spec.holderIdentity') ?? '', silent };
}

/** In s; clocks of two machines may differ by some. */
const LONG_SILENCE = 60;

/** Pods that are not there, and controllers that nobody leads. */
export function unhappyWorkloads(state: ClusterState): readonly Unhappy[] {
  const deployments = (state.objects.get('Deployment') ?? []).filter(each => isController(each) || isProxy(each));
  return [...unhappyLeader(state), ...deployments.flatMap(unhappyDeployment)];
}

function unhappyLeader(state: ClusterState): readonly Unhappy[] {
  const leader = leaderOf(state);
  if (!leader || !state.lease || (leader.holder !== '' && leader.silent <= LONG_SILENCE)) return [];
  const message =
    leader.holder === ''
      ? 'nobody holds it: no controller writes statuses, proxies go on with what they have'
      : `${leader.holder} holds it and was silent for ${leader.silent} s: no controller writes statuses`;
  return [{ ...refOf(state.lease), state: 'no leader', message }];
}

function unhappyDeployment(deployment: RawObject): readonly Unhappy[] {
  const { namespace, name, ready, wanted } = workloadOf(deployment);
  if (ready >= wanted) return [];
  const bad = valuesAt(deployment, 'status.conditions[]').filter(each => {
    const [type, status] = [textAt(each, 'type'), textAt(each, 'status')];
    return type === 'ReplicaFailure' ? status === 'True' : status === 'False';
  });
  const said = bad.map(each => textAt(each, 'message') ?? '').filter(text => text !== '');
  return [
    {
      ...refOf(deployment),
      state: `${ready} of ${wanted} ready`,
      message: said.join(' ') || 'its pods are not ready yet',
      help: `kubectl describe pods -n ${namespace} -l app.kubernetes.io/component=${isProxy(deployment) ? `proxy,app.kubernetes.io/instance=${name}` : 'controller'}`,
    },
  ];
}
