/** What a path of the API means. */
export type ApiPath =
  | { readonly kind: 'groups' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'version'; readonly group: string; readonly version: string }
  | ResourcePath;

export interface ResourcePath {
  readonly kind: 'resource';
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Absent: all namespaces, or a cluster-scoped resource. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

export function parseApiPath(pathname: string): ApiPath | undefined {
  const [root, ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
  if (root === 'api') return rest.length === 0 ? undefined : withinGroup('', rest);
  if (root !== 'apis') return undefined;
  const [group, ...inGroup] = rest;
  return group === undefined ? { kind: 'groups' } : withinGroup(group, inGroup);
}

function withinGroup(group: string, [version, ...rest]: readonly string[]): ApiPath {
  if (version === undefined) return { kind: 'group', group };
  if (rest.length === 0) return { kind: 'version', group, version };
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [plural = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  return {
    kind: 'resource',
    group,
    version,
    plural,
    ...(namespaced && { namespace: rest[1]! }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}
