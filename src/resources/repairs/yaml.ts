import { stringify } from 'yaml';
import { plainCopy } from '../schema/plain-data.ts';

/** YAML to show to the user; nothing for what YAML can't say (an object that holds itself). */
export function toYaml(value: unknown): string | undefined {
  const plain = plainCopy(value);
  return plain === undefined ? undefined : stringify(plain, { aliasDuplicateObjects: false });
}
