import { stringify } from 'yaml';

/** YAML that a diff is easy to read of: no anchors, no folded lines. No line break at the end. */
export function asYaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
}
