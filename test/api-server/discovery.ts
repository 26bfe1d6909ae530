import { type Answer, noSuchResource } from './answer.ts';
import type { Installation } from './installation.ts';
import { hasStatus, type InstalledKind } from './installed-kind.ts';
import type { ApiPath } from './resource-path.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** APIGroupList, APIGroup or APIResourceList. */
export function discover(path: Exclude<ApiPath, { readonly kind: 'resource' }>, installation: Installation): Answer {
  switch (path.kind) {
    case 'groups':
      return groupList(installation);
    case 'group':
      return group(path.group, installation);
    case 'version':
      return resourceList(path.group, path.version, installation);
  }
}

function groupList(installation: Installation): Answer {
  const names = [...new Set(installation.kinds().map(kind => kind.group))].filter(name => name !== '');
  const groups = names.map(name => groupBody(name, versionsOf(name, installation)));
  return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups } };
}

function versionsOf(group: string, installation: Installation): readonly string[] {
  const ofGroup = installation.kinds().filter(kind => kind.group === group);
  return [...new Set(ofGroup.flatMap(kind => kind.versions))];
}

function groupBody(name: string, versions: readonly string[]): object {
  const entries = versions.map(version => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function group(name: string, installation: Installation): Answer {
  const versions = versionsOf(name, installation);
  if (name === '' || versions.length === 0) return noSuchResource();
  return { status: 200, body: { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(name, versions) } };
}

function resourceList(name: string, version: string, installation: Installation): Answer {
  const served = installation.kinds().filter(kind => kind.group === name && kind.versions.includes(version));
  if (served.length === 0) return noSuchResource();
  const groupVersion = name === '' ? version : `${name}/${version}`;
  const body = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: served.flatMap(resourcesOf) };
  return { status: 200, body };
}

function resourcesOf(kind: InstalledKind): readonly object[] {
  const base = { singularName: kind.kind.toLowerCase(), namespaced: kind.namespaced, kind: kind.kind };
  const main = { ...base, name: kind.plural, verbs: VERBS };
  const status = { ...base, name: `${kind.plural}/status`, singularName: '', verbs: ['get', 'patch', 'update'] };
  return hasStatus(kind) ? [main, status] : [main];
}
