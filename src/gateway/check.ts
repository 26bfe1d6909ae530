import type { Problem } from '../resources/index.ts';
import type { Source } from '../sources/index.ts';
import { type ModelOptions, readModel } from './model.ts';
import type { StatusItem } from './status-items.ts';

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
  options: ModelOptions,
): Promise<CheckResult | { readonly unreadable: string }> {
  const model = await readModel(source, options);
  return 'unreadable' in model ? model : { objects: model.status(), problems: model.problems() };
}
