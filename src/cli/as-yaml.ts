import { stringify } from 'yaml';

/**
 * YAML that a diff is easy to read of: no anchors, no folded lines. No line break at the end. What YAML 1.1 takes for
 * something else than a text is in quotes (`y`, `on`): kubectl and Helm read that.
 */
export function asYaml(value: unknown): string {
  return stringify(value, { schema: 'yaml-1.1', aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
}
