import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { OpenApi } from './open-api.ts';

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly schema: OpenApi;
}

export interface Crd {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: string;
  readonly versions: readonly CrdVersion[];
}

export const CHANNELS = ['standard', 'experimental'] as const;
export type CrdChannel = (typeof CHANNELS)[number];

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: OpenApi };
    }[];
  };
}

/** The custom resource definitions of one channel, from `config/crd` of the Go module. Throws if there are none. */
export function readCrds(dir: string, channel: CrdChannel): readonly Crd[] {
  const folder = path.join(dir, channel);
  const files = readdirSync(folder).filter(name => name.endsWith('.yaml'));
  const documents = files.flatMap(name => parseAllDocuments(readFileSync(path.join(folder, name), 'utf8')));
  const manifests = documents.map(document => document.toJS() as Manifest | null);
  return manifests.filter(manifest => manifest?.kind === 'CustomResourceDefinition').map(manifest => read(manifest!));
}

function read({ spec }: Manifest): Crd {
  const versions = spec.versions.map(({ name, served, schema }) => ({ name, served, schema: schema.openAPIV3Schema }));
  return { group: spec.group, kind: spec.names.kind, plural: spec.names.plural, scope: spec.scope, versions };
}
