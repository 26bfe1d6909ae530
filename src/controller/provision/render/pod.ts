import { isPodCommand } from '../../../resources/index.ts';
import { CONFIG_AUDIENCE } from '../../identity/names.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { containerOf, IDENTITY, SCRATCH, STATE, USER } from './container.ts';
import type { Install } from './install.ts';
import { marksOf, selectorLabels } from './marks.ts';
import { shutdownTimes } from './shutdown-times.ts';

const TOKEN_LIFE_S = 3600;
/** Without it a node with a proxy is never taken away by the cluster's autoscaler. */
const EXPENDABLE = { 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': SCRATCH.volume };

/** The template of a data plane's pods: restricted by Pod Security, but for those on their nodes' own network. */
export function podTemplateOf(spec: DataPlaneSpec, install: Install): object {
  const { pod = {}, imagePullSecrets, service } = spec.parameters;
  const { nodeSelector, tolerations, affinity, priorityClassName } = pod;
  const host = service?.type === 'HostNetwork';
  return {
    metadata: marksOf(forPods(spec), { ...pod, annotations: { ...EXPENDABLE, ...pod.annotations } }),
    spec: {
      serviceAccountName: spec.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: shutdownTimes(spec.parameters).grace,
      ...(host && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      securityContext: { runAsNonRoot: !host, fsGroup: USER, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [containerOf(spec, install)],
      volumes: volumesOf(spec),
      topologySpreadConstraints: spreadOf(spec),
      ...(imagePullSecrets && { imagePullSecrets }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      ...(affinity && { affinity }),
      ...(priorityClassName && { priorityClassName }),
    },
  };
}

/** Annotations of spec.infrastructure that are not for pods: whoever writes a Gateway would have them changed by others. */
export function leftOffPods({ annotations, parameters }: DataPlaneSpec): readonly string[] {
  return parameters.gatewayParameters === 'All' ? [] : Object.keys(annotations).filter(isPodCommand);
}

function forPods(spec: DataPlaneSpec): DataPlaneSpec {
  const left = leftOffPods(spec);
  const annotations = Object.entries(spec.annotations).filter(([key]) => !left.includes(key));
  return { ...spec, annotations: Object.fromEntries(annotations) };
}

function volumesOf({ name }: DataPlaneSpec): readonly object[] {
  const token = { path: 'token', audience: CONFIG_AUDIENCE, expirationSeconds: TOKEN_LIFE_S };
  const authorities = { name, items: [{ key: 'ca.crt', path: 'ca.crt' }] };
  return [
    {
      name: IDENTITY.volume,
      projected: { sources: [{ serviceAccountToken: token }, { configMap: authorities }] },
    },
    { name: STATE.volume, emptyDir: { medium: 'Memory' } },
    { name: SCRATCH.volume, emptyDir: {} },
  ];
}

/** By default over nodes and zones, as far as that goes. Constraints that select no pods mean all of the data plane. */
function spreadOf(spec: DataPlaneSpec): readonly object[] {
  const given = spec.parameters.pod?.topologySpreadConstraints;
  const labelSelector = { matchLabels: selectorLabels(spec) };
  if (given) return given.map(constraint => ({ labelSelector, ...constraint }));
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  }));
}
