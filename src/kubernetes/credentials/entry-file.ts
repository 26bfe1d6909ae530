import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Unusable } from './credentials.ts';
import { type Entry, textField } from './kubeconfig-entries.ts';
import { fileFault } from './kubeconfig-files.ts';

/** What a field holds in base64 (`NAME-data`), or what the file holds that it names; undefined: neither is there. */
export function dataOrFile(entry: Entry, name: string): string | undefined | Unusable {
  const data = textField(entry.fields, `${name}-data`);
  return data === undefined ? fileOf(entry, name) : Buffer.from(data, 'base64').toString();
}

/** What the file holds that a field names. */
export function fileOf({ title, fields, folder }: Entry, name: string): string | undefined | Unusable {
  const file = textField(fields, name);
  if (file === undefined) return undefined;
  const at = path.resolve(folder, file);
  try {
    return readFileSync(at, 'utf8');
  } catch (error) {
    return { unusable: `${title}: ${name} ${at} can't be read: ${fileFault(error)}` };
  }
}

export function isUnusable(value: unknown): value is Unusable {
  return typeof value === 'object' && value !== null && 'unusable' in value;
}
