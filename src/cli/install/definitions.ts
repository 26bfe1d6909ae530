import { readdirSync, readFileSync } from 'node:fs';

/** Sources and the built package stand equally deep below `deploy`. */
const FOLDER = new URL('../../../deploy/crds/', import.meta.url);

/** The CustomResourceDefinitions of our own kinds, each as YAML, without the comments that stand before it. */
export function definitions(): readonly string[] {
  const names = readdirSync(FOLDER).filter(name => name.endsWith('.yaml'));
  return names.sort().map(name => withoutHead(readFileSync(new URL(name, FOLDER), 'utf8')));
}

function withoutHead(text: string): string {
  return text.replace(/^(#.*\n)+/, '').trimEnd();
}
