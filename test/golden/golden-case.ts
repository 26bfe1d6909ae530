import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Document, isMap, isScalar, parse, visit } from 'yaml';
import { type Check, readChecks } from './check.ts';

/** Where the cases are: a folder per behaviour, named as a sentence. */
export const CASES = path.join(import.meta.dirname, '..', 'cases');

/** `UPDATE_GOLDEN=1`: write down what happens instead of comparing with it. */
export const UPDATE = process.env.UPDATE_GOLDEN === '1';

export interface CaseOptions {
  readonly controllerName?: string;
  /** `namespace/service:port` of which no pod is ready. */
  readonly withoutEndpoints?: readonly string[];
}

export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly options: CaseOptions;
  readonly checks: readonly Check[];
}

export function caseNames(): string[] {
  const folders = readdirSync(CASES, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return folders.map(entry => entry.name).sort();
}

export function readCase(name: string): GoldenCase {
  const folder = path.join(CASES, name);
  const about = readYaml(path.join(folder, 'case.yaml'));
  return { name, folder, options: readAbout(about), checks: readChecks(readYaml(path.join(folder, 'requests.yaml'))) };
}

/** case.yaml: `completedBy`, the title of the issue after which the case says something else, and `options`. */
function readAbout(about: unknown): CaseOptions {
  if (about === undefined) return {};
  if (typeof about !== 'object' || about === null) throw new Error('case.yaml is no mapping');
  const { completedBy, options = {}, ...rest } = about as Record<string, unknown>;
  if (Object.keys(rest).length > 0) throw new Error(`case.yaml: ${Object.keys(rest)} means nothing`);
  if (completedBy !== undefined && typeof completedBy !== 'string')
    throw new Error('case.yaml: completedBy is a title');
  return options as CaseOptions;
}

/** The value of a YAML file; undefined if there is no such file. */
export function readYaml(file: string): unknown {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
}

/** A mapping of nothing but scalars (a condition, a reference) stands on one line. */
export function writeYaml(file: string, value: unknown): void {
  const document = new Document(JSON.parse(JSON.stringify(value)));
  visit(document, {
    Map: (_, node) => {
      if (isMap(node) && node.items.every(({ value }) => isScalar(value))) node.flow = true;
    },
  });
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}
