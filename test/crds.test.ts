import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { RE2JS } from 're2js';
import { parse } from 'yaml';
import { compareTable } from '../schema/compare-tables.ts';
import { CRD_FOLDER, crdFiles } from '../schema/crd-files.ts';
import { crdFile, crdOf, isOurOwn } from '../schema/crd-of.ts';
import type { OpenApi } from '../schema/open-api.ts';
import { KINDS, type Kind, SLUICE_GROUP } from '../src/resources/index.ts';
import { object, ruled, text } from '../src/resources/schema/build.ts';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: OpenApi } }[] };
}

const OWN: readonly Kind[] = KINDS.filter(isOurOwn);
const onDisk = (kind: Kind): Definition => parse(readFileSync(path.join(CRD_FOLDER, crdFile(kind)), 'utf8'));
const schemaOf = (kind: Kind): OpenApi => onDisk(kind).spec.versions[0]!.schema.openAPIV3Schema;

test('deploy/crds holds what the tables say (node schema/write-crds.ts)', () => {
  const files = readdirSync(CRD_FOLDER).sort();
  assert.deepEqual(files, [...crdFiles().keys()].sort());
  for (const [name, content] of crdFiles()) assert.equal(readFileSync(path.join(CRD_FOLDER, name), 'utf8'), content);
});

for (const kind of OWN) {
  test(`the definition of ${kind.kind} reads back as its table`, () => {
    const differences: string[] = [];
    const differ = (at: string, what: string) => void differences.push(`${at}: ${what}`);
    compareTable(kind.schema.shape, schemaOf(kind), { differ, fewer: false });
    assert.deepEqual(differences, []);
  });

  test(`an API server takes the definition of ${kind.kind}: its schema is structural and its rules are bounded`, () => {
    assert.equal(onDisk(kind).metadata.name, `${kind.plural}.${SLUICE_GROUP}`);
    const { metadata: _, ...properties } = schemaOf(kind).properties ?? {};
    walk({ ...schemaOf(kind), properties }, '', false);
  });
}

/** `bounded`: a CEL rule looks at it, whose cost is that of the largest value. */
function walk(node: OpenApi, at: string, bounded: boolean): void {
  const typed = ['object', 'array', 'string', 'integer', 'boolean'].includes(node.type ?? '');
  assert.ok(typed || node['x-kubernetes-int-or-string'], `${at} has a type`);
  const rules = node['x-kubernetes-validations'] ?? [];
  for (const { rule, message } of rules) assert.ok(rule && message && !message.includes('\n'), `${at}: ${rule}`);
  const ruled = bounded || rules.length > 0;
  if (node.pattern !== undefined) assert.ok(RE2JS.compile(node.pattern), at);
  if (node.format === 'int32') assert.ok((node.maximum ?? 0) < 2 ** 31, `${at} has a maximum of its format`);
  if (node.type === 'string' && ruled) assert.ok(node.maxLength ?? node.enum, `${at} has a maxLength`);
  if (node.type === 'array') {
    assert.ok(node.maxItems !== undefined || !ruled, `${at} has maxItems`);
    for (const key of node['x-kubernetes-list-map-keys'] ?? []) assert.ok(node.items?.required?.includes(key), at);
    walk(node.items!, `${at}[]`, ruled);
  }
  for (const [name, child] of Object.entries(node.properties ?? {})) walk(child, `${at}.${name}`, ruled);
}

test('a rule that only Sluice knows is no rule of a definition', () => {
  const [own] = OWN;
  const onlyOurs = object({ spec: ruled(object({ name: text() }), () => 'always wrong') });
  assert.throws(() => crdOf({ ...own!, schema: { ...own!.schema, ...onlyOurs } as Kind['schema'] }), /not in CEL/);
});
