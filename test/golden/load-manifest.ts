import { readFileSync } from 'node:fs';
import type { Problem } from '../../src/resources/index.ts';
import { type Batch, createMemorySource } from '../../src/sources/index.ts';

export interface Manifest {
  readonly resources: Batch['upserts'];
  readonly problems: readonly Problem[];
}

/** Reads a manifest through a source, so that what the edge says of it is part of the case. */
export async function loadManifest(file: string): Promise<Manifest> {
  const source = createMemorySource();
  source.setText('in.yaml', readFileSync(file, 'utf8'));
  const resources: Batch['upserts'][number][] = [];
  await source.start(batch => resources.push(...batch.upserts));
  const problems = source.problems();
  await source.close();
  return { resources, problems };
}
