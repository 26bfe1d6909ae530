import { GATEWAY_GROUPS, KINDS, type Kind } from '../resources/index.ts';

/** Read in another way: only the ones that are referenced, or only their metadata; EndpointSlices mirror Endpoints. */
const NOT_FOLLOWED: readonly string[] = ['Endpoints', 'Secret', 'ConfigMap', 'CustomResourceDefinition'];

/** The kinds of which every object is read. */
export const FOLLOWED_KINDS: readonly Kind[] = KINDS.filter(({ kind }) => !NOT_FOLLOWED.includes(kind));

export function isOfGatewayAPI(kind: Kind): boolean {
  return GATEWAY_GROUPS.includes(kind.group);
}

/** Whether its objects have a status that tells what became of them. */
export function hasStatus(kind: Kind): boolean {
  return isOfGatewayAPI(kind) && kind.kind !== 'ReferenceGrant';
}

/** The API groups that kinds are looked for in, each with the versions that may be read. */
export const DISCOVERED: ReadonlyMap<string, readonly string[]> = discoveredGroups();

function discoveredGroups(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const kind of FOLLOWED_KINDS) {
    for (const version of kind.versions) {
      const group = version.group ?? kind.group;
      const versions = groups.get(group) ?? [];
      if (!versions.includes(version.name)) versions.push(version.name);
      groups.set(group, versions);
    }
  }
  groups.delete('');
  return groups;
}

/** The name of a collection as RBAC and CRDs have it: `httproutes.gateway.networking.k8s.io`. */
export function collectionName(group: string, plural: string): string {
  return group === '' ? plural : `${plural}.${group}`;
}
