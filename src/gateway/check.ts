import type { Problem } from '../resources/index.ts';
import type { Batch, Source } from '../sources/index.ts';
import { createTranslator } from '../translate/index.ts';
import { addressesAsAsked } from './address-plan.ts';
import { createInventory } from './inventory.ts';
import { placementOf } from './placement-status.ts';
import { located } from './problem-log.ts';
import { type StatusItem, statusItems } from './status-items.ts';

/** What manifests come to, without serving them. */
export interface CheckResult {
  /** Every object that has a status; conditions carry no lastTransitionTime, for nothing has happened yet. */
  readonly objects: readonly StatusItem[];
  /** In the order of files and lines. */
  readonly problems: readonly Problem[];
}

/** Reads a source once and translates it as if a data plane had taken everything; opens no sockets. */
export async function checkSource(
  source: Source,
  options: { readonly controllerName?: string },
): Promise<CheckResult | { readonly unreadable: string }> {
  const first: Batch[] = [];
  try {
    await source.start(batch => first.push(batch));
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
  const result = translateOnce(first, source, options);
  await source.close();
  return result;
}

function translateOnce(batches: readonly Batch[], source: Source, options: { readonly controllerName?: string }) {
  const inventory = createInventory();
  const translator = createTranslator(options);
  for (const batch of batches) {
    inventory.take(batch);
    for (const resource of batch.upserts) translator.upsert(resource);
  }
  for (const facts of addressesAsAsked('127.0.0.1').assign(inventory.gateways())) {
    translator.place(facts.gateway, placementOf(facts, []));
  }
  translator.settle();
  const objects = statusItems(translator, inventory, translator.statusOf);
  const problems = [...source.problems(), ...translator.problems().map(problem => located(problem, source))];
  return { objects, problems: problems.sort(byPlace) };
}

function byPlace({ location: a }: Problem, { location: b }: Problem): number {
  if (!a || !b) return Number(a === undefined) - Number(b === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
