import type { RawObject } from '../../src/kubernetes/index.ts';
import { isRecord } from './writing.ts';

/** Which objects of a collection are meant. */
export type Selection = (object: RawObject) => boolean;

const termsOf = (selector: string | null) => (selector ?? '').split(',').filter(term => term !== '');

/**
 * By namespace, `fieldSelector` (metadata.name and metadata.namespace, `=` or `==`) and `labelSelector` (`=`); undefined if
 * it is none of ours.
 */
export function selectionOf(
  namespace: string | undefined,
  fieldSelector: string | null,
  labelSelector: string | null,
): Selection | undefined {
  const terms = termsOf(fieldSelector);
  const labels = termsOf(labelSelector).map(term => term.split('='));
  const parsed = terms.map(term => /^metadata\.(name|namespace)==?(.*)$/.exec(term));
  if (parsed.includes(null)) return undefined;
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    parsed.every(term => term !== null && object.metadata[term[1]!] === term[2]) &&
    labels.every(([key = '', value]) => labelOf(object, key) === value);
}

function labelOf({ metadata: { labels } }: RawObject, key: string): unknown {
  return isRecord(labels) ? labels[key] : undefined;
}
