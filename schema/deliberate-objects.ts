import type { Judged } from './verdicts.ts';

const NEWER_SESSION = /\.sessionPersistence\.(cookie|header)\b/;

/** Why a disagreement is meant; undefined where it is not. */
export function reasonOf({ name, disagreement }: Judged): string | undefined {
  if (name.startsWith('XBackend spec.port') && disagreement?.theirs.includes('Name must be a valid DNS label')) {
    return 'XBackend: the rule of the CRD on spec.port.name refuses every name but the empty one';
  }
  if (NEWER_SESSION.test(name) || NEWER_SESSION.test(disagreement?.theirs ?? '')) {
    return 'sessionPersistence: the CRDs of v1.6 do not know the fields of the shape that follows theirs';
  }
  return undefined;
}
