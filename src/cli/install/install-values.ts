import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { DEFAULTS, type Json, withValue, withValues } from '../../install/index.ts';
import type { InstallFlags } from './install-flags.ts';

type Values = { readonly values: Json } | { readonly refused: string };

/** The defaults, then the file of `--values`, then `--set`, then flags that have a name of their own. */
export async function installValues(flags: InstallFlags): Promise<Values> {
  let chosen: Values = flags.values === undefined ? { values: DEFAULTS } : await valuesOfFile(flags.values);
  for (const assignment of [...flags.set, ...named(flags)]) {
    if ('refused' in chosen) return chosen;
    chosen = withValue(chosen.values, assignment);
  }
  return chosen;
}

function named({ image, replicas, class: className }: InstallFlags): readonly string[] {
  const paths = { 'image.reference': image, replicas, 'gatewayClass.name': className };
  return Object.entries(paths).flatMap(([path, value]) => (value === undefined ? [] : `${path}=${value}`));
}

async function valuesOfFile(file: string): Promise<Values> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return { refused: `--values ${file}: can't be read (${text.code ?? 'unknown error'})` };
  const read = yamlOf(text);
  if (!read) return { refused: `--values ${file}: is no valid YAML` };
  const chosen = withValues(DEFAULTS, read.value);
  return 'refused' in chosen ? { refused: `--values ${file}: ${chosen.refused}` } : chosen;
}

function yamlOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parse(text) ?? {} };
  } catch {
    return undefined;
  }
}
