import type { Json } from './tree.ts';

/** What users may choose. The chart's `values.yaml` and its schema are made of this, and `--set` goes by it. */
export interface Option {
  /** Where it stands in the values: `image.tag`. */
  readonly path: string;
  readonly initial: Json;
  readonly type: OptionType;
  /** What it does, as a sentence without a capital. */
  readonly help: string;
  /** Of integers. */
  readonly least?: number;
  /** Of texts. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

/** `objects` and `object` are what the Kubernetes field of that name takes; `names` a map from texts to texts. */
export type OptionType = 'text' | 'integer' | 'switch' | 'texts' | 'objects' | 'object' | 'names';

const NAME = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

export const OPTIONS: readonly Option[] = [
  {
    path: 'replicas',
    initial: 2,
    type: 'integer',
    least: 1,
    help: 'controllers: one leads, the others are ready to take over',
  },
  {
    path: 'image.reference',
    initial: '',
    type: 'text',
    help: 'image of the controller, with its tag or digest; empty: repository and tag below',
  },
  { path: 'image.repository', initial: 'sluice/sluice', type: 'text', pattern: '.', help: 'image without its tag' },
  { path: 'image.tag', initial: '', type: 'text', help: 'its tag; empty: the version of Sluice' },
  {
    path: 'image.pullPolicy',
    initial: 'IfNotPresent',
    type: 'text',
    oneOf: ['Always', 'IfNotPresent', 'Never'],
    help: 'when the node pulls it',
  },
  {
    path: 'imagePullSecrets',
    initial: [],
    type: 'objects',
    help: 'Secrets of the namespace for its registry: [{name: …}]',
  },
  {
    path: 'proxyImage',
    initial: '',
    type: 'text',
    help: 'image of the proxies, with its tag; empty: that of the controller (a SluiceProxy may say another)',
  },
  {
    path: 'controllerName',
    initial: 'sluice.dev/gateway-controller',
    type: 'text',
    pattern: "^[a-z0-9.-]+/[A-Za-z0-9/._~%!$&'()*+,;=:-]+$",
    help: 'GatewayClasses of this controller are ours',
  },
  { path: 'gatewayClass.create', initial: true, type: 'switch', help: 'make a GatewayClass' },
  { path: 'gatewayClass.name', initial: 'sluice', type: 'text', pattern: NAME, help: 'its name' },
  {
    path: 'gatewayClass.parametersRef',
    initial: {},
    type: 'object',
    help: 'the SluiceProxy of all its Gateways: {group: sluice.dev, kind: SluiceProxy, namespace: …, name: …}',
  },
  { path: 'crds', initial: true, type: 'switch', help: 'install and upgrade the definitions of our own kinds' },
  {
    path: 'secretsOfAllNamespaces',
    initial: true,
    type: 'switch',
    help: 'let the controller read Secrets everywhere; else bind ClusterRole sluice-controller-secrets where it may',
  },
  {
    path: 'aggregateRoles',
    initial: true,
    type: 'switch',
    help: "add what one may do with Gateway API to the cluster's roles admin, edit and view",
  },
  { path: 'logFormat', initial: 'text', type: 'text', oneOf: ['text', 'json'], help: "format of the controller's log" },
  {
    path: 'listenHost',
    initial: '[::]',
    type: 'text',
    pattern: '.',
    help: 'address that the ports listen on; "[::]": every one, of IPv4 as well',
  },
  { path: 'extraArgs', initial: [], type: 'texts', help: "more flags of 'sluice controller'" },
  {
    path: 'resources',
    initial: { requests: { cpu: '100m', memory: '256Mi' } },
    type: 'object',
    help: 'of each controller; see docs/install.md for sizes',
  },
  { path: 'podLabels', initial: {}, type: 'names', help: "more labels of the controller's pods" },
  { path: 'podAnnotations', initial: {}, type: 'names', help: 'annotations of them' },
  { path: 'nodeSelector', initial: {}, type: 'names', help: 'nodes that they may run on' },
  { path: 'tolerations', initial: [], type: 'objects', help: 'taints that they tolerate' },
  { path: 'affinity', initial: {}, type: 'object', help: 'more wishes for where they run' },
  { path: 'priorityClassName', initial: '', type: 'text', help: 'for example system-cluster-critical' },
  { path: 'disruptionBudget', initial: true, type: 'switch', help: 'at most one controller is evicted at a time' },
  {
    path: 'networkPolicy.create',
    initial: true,
    type: 'switch',
    help: 'say who may connect to the controllers, and where they may',
  },
  {
    path: 'networkPolicy.apiServerPorts',
    initial: [
      { port: 443, protocol: 'TCP' },
      { port: 6443, protocol: 'TCP' },
    ],
    type: 'objects',
    help: 'ports of the API server, at any address, as a NetworkPolicy has them',
  },
];
