import { apiVersionOf, KINDS, type Kind } from '../src/resources/index.ts';
import { changeAt } from '../src/resources/repairs/repair.ts';
import { INVALID, VALID } from '../test/resources/object-cases.ts';
import { SAMPLES, sampleWith } from '../test/resources/sample-objects.ts';
import { isOurOwn } from './crd-of.ts';
import { mutationsOf } from './mutations.ts';

/** An object that is put to our tables and to an API server. */
export interface Case {
  /** What was changed: `HTTPRoute spec.hostnames`. */
  readonly name: string;
  readonly raw: Readonly<Record<string, unknown>>;
  /** Where it is created. */
  readonly path: string;
  /** Our table of this kind holds no more than what Sluice reads. */
  readonly partial: boolean;
}

/** The tables of all other kinds say only what Sluice reads: no values are made up for them. */
const isWhole = (kind: Kind) => kind.group.startsWith('gateway.networking.') || isOurOwn(kind);
/** Not installed in the harness, or not by name alone. */
const NOT_SERVED = new Set(['ServiceImport', 'CustomResourceDefinition']);

/**
 * Samples in every served version, the tables of the unit tests, and changes generated from the tables; each once.
 * `only`: a kind; absent: all.
 */
export function allCases(only?: string): readonly Case[] {
  const kinds: readonly Kind[] = KINDS.filter(({ kind }) => !NOT_SERVED.has(kind) && (only ?? kind) === kind);
  const cases = kinds.flatMap(casesOf);
  return [...new Map(cases.map(one => [JSON.stringify(one.raw), one])).values()];
}

function casesOf(kind: Kind): readonly Case[] {
  const sample = SAMPLES.get(kind.kind);
  const served = kind.versions.filter(version => version.channel !== 'retired');
  const make = (field: string, raw: unknown) => caseOf(kind, `${kind.kind} ${field}`, raw);
  return [
    ...served.map(({ name }) => {
      const apiVersion = apiVersionOf(kind.group, name);
      return caseOf(kind, `${kind.kind} ${apiVersion}`, sampleWith(kind.kind, 'apiVersion', apiVersion));
    }),
    ...[...INVALID, ...VALID]
      .filter(([of]) => of === kind.kind)
      .map(([of, field, value]) => make(field, sampleWith(of, field, value))),
    ...(isWhole(kind) ? mutationsOf(kind, sample).map(({ field, raw }) => make(field, raw)) : []),
  ];
}

function caseOf(kind: Kind, name: string, object: unknown): Case {
  const raw = forThisCluster(kind, object) as Case['raw'];
  const { namespace = 'default' } = (raw.metadata ?? {}) as { readonly namespace?: string };
  const { apiVersion } = raw as { readonly apiVersion: string };
  const api = kind.group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const place = kind.scope === 'Cluster' ? '' : `/namespaces/${namespace || 'default'}`;
  return { name, raw, path: `${api}${place}/${kind.plural}`, partial: !isWhole(kind) };
}

/** An address of the sample would have to be one of the cluster's. */
function forThisCluster(kind: Kind, raw: unknown): unknown {
  if (kind.kind !== 'Service') return raw;
  return changeAt(raw, ['spec'], spec => {
    const { clusterIP: _, ...rest } = spec as Readonly<Record<string, unknown>>;
    return rest;
  });
}
