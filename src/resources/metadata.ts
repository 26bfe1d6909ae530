import type { Kind } from './kinds/kind.ts';
import type { Metadata } from './resource.ts';
import { integer, json, map, object, optional, ruled, text, withDefault } from './schema/build.ts';
import { check, type Finding } from './schema/check.ts';
import { isRecord } from './schema/plain-data.ts';
import { labels } from './shapes/labels.ts';
import { DNS_SUBDOMAIN, namespaceName } from './shapes/names.ts';

const timestamp = ruled(
  text({
    pattern: /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/,
    meaning: 'a time such as 2026-01-31T12:00:00Z (RFC 3339)',
  }),
  isATime,
);

/** A month 13 would make an object older than all others. */
function isATime(text: string): string | undefined {
  return Number.isNaN(Date.parse(text)) ? `${JSON.stringify(text)} is no time that there is` : undefined;
}

/** ObjectMeta of Kubernetes; what Sluice does not read is let through. */
const objectMeta = object({
  name: text({
    minLength: 1,
    maxLength: 253,
    pattern: DNS_SUBDOMAIN,
    meaning: 'a name of lower-case letters, digits, - and . (RFC 1123)',
  }),
  namespace: optional(namespaceName),
  generation: withDefault(integer({ min: 0 }), 1),
  creationTimestamp: optional(timestamp),
  deletionTimestamp: optional(timestamp),
  uid: optional(text()),
  resourceVersion: optional(text()),
  labels: withDefault(labels, {}),
  annotations: withDefault(map(text()), {}),
  generateName: optional(text()),
  selfLink: optional(text()),
  deletionGracePeriodSeconds: optional(integer()),
  ownerReferences: optional(json),
  finalizers: optional(json),
  managedFields: optional(json),
});

export interface CheckedMetadata {
  readonly metadata?: Metadata;
  readonly findings: readonly Finding[];
}

/** Some YAML readers give times as Date; an empty namespace is none. */
function normal(raw: unknown): unknown {
  if (!isRecord(raw)) return raw ?? {};
  const entries = Object.entries(raw).filter(([key, value]) => key !== 'namespace' || value !== '');
  return Object.fromEntries(entries.map(([key, value]) => [key, value instanceof Date ? isoTime(value) : value]));
}

function isoTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an impossible date' : date.toISOString();
}

export function checkMetadata(raw: unknown, kind: Kind): CheckedMetadata {
  const { value, findings: found } = check(objectMeta, normal(raw), ['metadata']);
  const nameFindings = value && kind.name ? check(kind.name, value.name, ['metadata', 'name']).findings : [];
  const findings = [...found, ...nameFindings];
  if (value === undefined) return { findings };
  const { name, namespace, generation, labels, annotations, ...rest } = value;
  const { creationTimestamp, deletionTimestamp, uid, resourceVersion } = rest;
  const metadata: Metadata = {
    name,
    namespace: kind.scope === 'Cluster' ? '' : (namespace ?? 'default'),
    generation,
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    labels,
    annotations,
  };
  return { metadata: Object.freeze(metadata), findings };
}
