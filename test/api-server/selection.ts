import type { RawObject } from '../../src/kubernetes/index.ts';

/** Which objects of a collection are meant. */
export type Selection = (object: RawObject) => boolean;

/** By namespace and `fieldSelector` (metadata.name and metadata.namespace, `=` or `==`); undefined if it is none of ours. */
export function selectionOf(namespace: string | undefined, fieldSelector: string | null): Selection | undefined {
  const terms = (fieldSelector ?? '').split(',').filter(term => term !== '');
  const parsed = terms.map(term => /^metadata\.(name|namespace)==?(.*)$/.exec(term));
  if (parsed.includes(null)) return undefined;
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    parsed.every(term => term !== null && object.metadata[term[1]!] === term[2]);
}
