/**
 * Which lists of an object are merged item by item, and by which field of an item: `patchMergeKey` of the Kubernetes API, for the
 * kinds that are rendered. Paths are without indexes. All other lists are replaced as wholes (tolerations, args, metrics …).
 */
export function listKeys(kind: string): ReadonlyMap<string, string> {
  return KEYS.get(kind) ?? NONE;
}

const POD = 'spec.template.spec';

const CONTAINER: readonly (readonly [string, string])[] = [
  ['env', 'name'],
  ['ports', 'containerPort'],
  ['volumeDevices', 'devicePath'],
  ['volumeMounts', 'mountPath'],
];

const IN_POD: readonly (readonly [string, string])[] = [
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['volumes', 'name'],
  ['imagePullSecrets', 'name'],
  ['hostAliases', 'ip'],
  ['topologySpreadConstraints', 'topologyKey'],
  ['resourceClaims', 'name'],
  ['schedulingGates', 'name'],
  ...['containers', 'initContainers'].flatMap(list =>
    CONTAINER.map(([field, key]) => [`${list}.${field}`, key] as const),
  ),
];

const NONE: ReadonlyMap<string, string> = new Map();
const KEYS = new Map<string, ReadonlyMap<string, string>>([
  ['Deployment', new Map(IN_POD.map(([field, key]) => [`${POD}.${field}`, key]))],
  ['Service', new Map([['spec.ports', 'port']])],
  ['ServiceAccount', new Map([['secrets', 'name']])],
]);
