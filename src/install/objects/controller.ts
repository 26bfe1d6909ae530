import { chosen, EACH, each, either, given, NAMESPACE, type Tree, term, text, VERSION, value, when } from '../tree.ts';
import { CONFIG_PORT, CONTROLLER, HEALTH_PORT, LABELS, SELECTOR } from './names.ts';

const tagged = text(chosen('image.repository'), ':', either(chosen('image.tag'), VERSION));
const image = either(chosen('image.reference'), tagged);

/** That of the image. */
const USER = 65_532;

export const deployment: Tree = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
  spec: {
    replicas: value('replicas'),
    revisionHistoryLimit: 3,
    // A follower is warm before the leader goes.
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: SELECTOR },
    template: {
      metadata: { labels: { ...LABELS, [EACH]: each('podLabels') }, annotations: given('podAnnotations') },
      spec: pod(),
    },
  },
};

function pod(): Tree {
  return {
    serviceAccountName: CONTROLLER,
    imagePullSecrets: given('imagePullSecrets'),
    priorityClassName: given('priorityClassName'),
    nodeSelector: given('nodeSelector'),
    tolerations: given('tolerations'),
    affinity: given('affinity'),
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(spread),
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container()],
  };
}

function spread(topologyKey: string): Tree {
  return { maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: SELECTOR } };
}

function container(): Tree {
  return {
    name: 'controller',
    image: term(image),
    imagePullPolicy: value('image.pullPolicy'),
    args: flags(),
    env: [
      fromField('POD_NAME', 'metadata.name'),
      fromField('POD_NAMESPACE', 'metadata.namespace'),
      fromField('POD_IP', 'status.podIP'),
    ],
    ports: [
      { name: 'config', containerPort: CONFIG_PORT, protocol: 'TCP' },
      { name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' },
    ],
    // Reading a large cluster takes its time, once.
    startupProbe: { ...probe('/livez'), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
    resources: value('resources'),
    securityContext: {
      runAsUser: USER,
      runAsGroup: USER,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function flags(): readonly Tree[] {
  return [
    'controller',
    term(text('--config-listen=', chosen('listenHost'), `:${CONFIG_PORT}`)),
    term(text('--health=', chosen('listenHost'), `:${HEALTH_PORT}`)),
    term(text('--controller-name=', chosen('controllerName'))),
    term(text('--proxy-image=', either(chosen('proxyImage'), image))),
    term(text('--output=', chosen('logFormat'))),
    each('extraArgs'),
  ];
}

function fromField(name: string, fieldPath: string): Tree {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function probe(path: string): { readonly [key: string]: Tree } {
  return { httpGet: { path, port: 'health' }, timeoutSeconds: 5 };
}

/** The address that proxies dial: whoever answers sends them on to the leader. */
export const service: Tree = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
  spec: {
    selector: SELECTOR,
    ports: [{ name: 'config', port: CONFIG_PORT, targetPort: 'config', protocol: 'TCP' }],
  },
};

export const disruptionBudget: Tree = when('disruptionBudget', {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: CONTROLLER, namespace: NAMESPACE, labels: LABELS },
  spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
});
