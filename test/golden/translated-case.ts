import path from 'node:path';
import type { Unit } from '../../src/ir/index.ts';
import { nameKey, type Problem, refKey } from '../../src/resources/index.ts';
import { createTranslator, type Translator } from '../../src/translate/index.ts';
import { assumedPlacement } from '../translation/assumed-placement.ts';
import { take } from '../translation/standing-units.ts';
import type { GoldenCase } from './golden-case.ts';
import { loadManifest } from './load-manifest.ts';

/** What a case's manifests come to, before any request. */
export interface TranslatedCase {
  readonly units: readonly Unit[];
  /** By `Kind/namespace/name`, in that order. */
  readonly statuses: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

export async function translateCase({ folder, options }: GoldenCase): Promise<TranslatedCase> {
  const manifest = await loadManifest(path.join(folder, 'in.yaml'));
  const { controllerName } = options;
  const translator = createTranslator(controllerName === undefined ? {} : { controllerName });
  for (const resource of manifest.resources) translator.upsert(resource);
  const units = settleAll(translator);
  for (const { kind, metadata } of manifest.resources) {
    if (kind === 'Gateway') translator.place(nameKey(metadata.namespace, metadata.name), assumedPlacement);
  }
  take(units, translator.settle().delta);
  return {
    units: [...units.values()],
    statuses: statusesOf(translator),
    problems: [...manifest.problems, ...translator.problems()],
  };
}

/** Without supportedFeatures: every case would change with every feature. */
function statusesOf(translator: Translator): Readonly<Record<string, unknown>> {
  const told = translator.allStatuses().map(({ object, status }) => {
    const { supportedFeatures: _, ...rest } = { supportedFeatures: undefined, ...status };
    return [refKey(object), rest] as const;
  });
  return Object.fromEntries(told);
}

function settleAll(translator: Translator): Map<string, Unit> {
  const units = new Map<string, Unit>();
  take(units, translator.settle().delta);
  return units;
}
