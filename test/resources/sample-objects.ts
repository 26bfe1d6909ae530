import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { changeAt } from '../../src/resources/repairs/repair.ts';
import { parsePath } from '../../src/resources/schema/field-path.ts';

const FILE = path.join(import.meta.dirname, '..', '..', 'src', 'resources', 'kinds', 'samples.yaml');

/** By kind: one valid object with as many fields as go together. */
export const SAMPLES: ReadonlyMap<string, unknown> = new Map(
  parseAllDocuments(readFileSync(FILE, 'utf8')).map(document => [document.toJS().kind, document.toJS()]),
);

/** The sample of a kind with one field set; undefined takes it away. */
export function sampleWith(kind: string, field: string, value: unknown): unknown {
  const segments = parsePath(field);
  const last = segments.pop()!;
  return changeAt(SAMPLES.get(kind), segments, parent => {
    if (Array.isArray(parent)) return parent.with(Number(last), value);
    const entries = Object.entries(parent as object).filter(([name]) => name !== last);
    return Object.fromEntries(value === undefined ? entries : [...entries, [last, value]]);
  });
}
