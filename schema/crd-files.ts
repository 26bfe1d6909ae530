import path from 'node:path';
import { stringify } from 'yaml';
import { KINDS } from '../src/resources/index.ts';
import { crdFile, crdOf, isOurOwn } from './crd-of.ts';

export const CRD_FOLDER = path.join(import.meta.dirname, '..', 'deploy', 'crds');

const HEAD = '# Made of the tables in src/resources/kinds by `node schema/write-crds.ts`: change those.\n';

/** Name and text of each definition that `deploy/crds` holds. */
export function crdFiles(): ReadonlyMap<string, string> {
  const own = KINDS.filter(isOurOwn);
  return new Map(own.map(kind => [crdFile(kind), HEAD + stringify(crdOf(kind), { lineWidth: 120 })]));
}
