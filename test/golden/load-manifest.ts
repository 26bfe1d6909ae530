import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type AnyResource, expandList, type Problem, parseObject } from '../../src/resources/index.ts';

export interface Manifest {
  readonly resources: readonly AnyResource[];
  readonly problems: readonly Problem[];
}

export async function loadManifest(file: string): Promise<Manifest> {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS() as unknown);
  const parsed = documents
    .filter(raw => raw !== null)
    .flatMap(raw => expandList(raw))
    .map(raw => parseObject(raw));
  return {
    resources: parsed.flatMap(each => (each.kind === 'resource' ? [each.resource] : [])),
    problems: parsed.flatMap(each => each.problems),
  };
}
