import type { Judged } from './verdicts.ts';

/** Why a disagreement is meant; undefined where it is not. */
export function reasonOf({ name, disagreement }: Judged): string | undefined {
  if (name.startsWith('XBackend spec.port') && disagreement?.theirs.includes('Name must be a valid DNS label')) {
    return 'XBackend: the rule of the CRD on spec.port.name refuses every name but the empty one';
  }
  return undefined;
}
