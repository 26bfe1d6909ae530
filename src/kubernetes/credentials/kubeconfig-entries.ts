import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../plain-data.ts';
import type { Unusable } from './credentials.ts';
import { fileFault } from './kubeconfig-files.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A cluster, user or context of a kubeconfig. */
export interface Entry {
  /** For messages: `user "admin" of kubeconfig /home/me/.kube/config`. */
  readonly title: string;
  readonly fields: Fields;
  /** Where relative paths in it start. */
  readonly folder: string;
}

export interface Selected {
  readonly cluster: Entry;
  /** Absent: nobody in particular. */
  readonly user: Entry | undefined;
  readonly namespace: string | undefined;
}

interface Document {
  readonly file: string;
  readonly fields: Fields;
}

/** '' is absent, as kubectl takes it. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The cluster and the user of a context; of entries with the same name the first counts, as kubectl merges files. */
export function selectEntries(files: readonly string[], context: string | undefined): Selected | Unusable {
  const documents: Document[] = [];
  for (const file of files) {
    const document = read(file);
    if ('unusable' in document) return document;
    documents.push(document);
  }
  const config = `kubeconfig ${files.join(', ')}`;
  const wanted = context ?? documents.map(({ fields }) => textField(fields, 'current-context')).find(name => name);
  const there = `there ${listed(namesOf(documents, 'contexts'))}`;
  if (wanted === undefined) return { unusable: `${config} has no current-context: name one with --context; ${there}` };
  const chosen = find(documents, 'context', wanted);
  if (!chosen) return { unusable: `${config} has no context ${JSON.stringify(wanted)}: ${there}` };
  return partsOf(documents, chosen);
}

function partsOf(documents: readonly Document[], context: Entry): Selected | Unusable {
  const clusterName = textField(context.fields, 'cluster');
  const userName = textField(context.fields, 'user');
  const cluster = clusterName === undefined ? undefined : find(documents, 'cluster', clusterName);
  const user = userName === undefined ? undefined : find(documents, 'user', userName);
  const missing = (what: string, name: string | undefined) => ({
    unusable: `${context.title} names ${what} ${JSON.stringify(name ?? '')}, which is not there: there ${listed(namesOf(documents, `${what}s`))}`,
  });
  if (!cluster) return missing('cluster', clusterName);
  if (userName !== undefined && !user) return missing('user', userName);
  const odd = [cluster, user].map(entry => entry && misshapen(entry)).find(fault => fault);
  return odd ?? { cluster, user, namespace: textField(context.fields, 'namespace') };
}

/** What is of another type is not as if it were absent: nobody would know as whom we ask. */
function misshapen({ title, fields }: Entry): Unusable | undefined {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    if (TEXTS.has(name) && typeof value !== 'string') return { unusable: `${title}: ${name} must be a string` };
    if (name === 'exec' && !isRecord(value)) return { unusable: `${title}: exec must be a mapping` };
  }
  return undefined;
}

const files = (name: string) => [name, `${name}-data`];

const TEXTS: ReadonlySet<string> = new Set([
  ...['server', 'tls-server-name', 'proxy-url', ...files('certificate-authority')],
  ...['token', 'tokenFile', 'username', 'password', 'as', ...files('client-certificate'), ...files('client-key')],
]);

function read(file: string): Document | Unusable {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { unusable: `kubeconfig ${file} can't be read: ${fileFault(error)}` };
  }
  try {
    const fields: unknown = parse(text, { logLevel: 'error' }) ?? {};
    return isRecord(fields) ? { file, fields } : { unusable: `kubeconfig ${file} is none: it is no YAML mapping` };
  } catch {
    // The parser's message quotes the line, and there are secrets in it.
    return { unusable: `kubeconfig ${file} is no valid YAML` };
  }
}

function itemsOf({ fields }: Document, list: string): readonly Fields[] {
  const items = fields[list];
  return Array.isArray(items) ? items.filter(isRecord) : [];
}

function namesOf(documents: readonly Document[], list: string): readonly string[] {
  return documents.flatMap(document => itemsOf(document, list)).flatMap(item => textField(item, 'name') ?? []);
}

const MOST_NAMES = 10;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'is none';
  const rest = names.length - MOST_NAMES;
  const shown = [...new Set(names)].slice(0, MOST_NAMES).join(', ');
  return `${names.length === 1 ? 'is' : 'are'} ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function find(documents: readonly Document[], kind: 'cluster' | 'user' | 'context', name: string): Entry | undefined {
  for (const document of documents) {
    const item = itemsOf(document, `${kind}s`).find(each => each.name === name);
    const fields = item?.[kind] ?? {};
    if (!item || !isRecord(fields)) continue;
    const title = `${kind} ${JSON.stringify(name)} of kubeconfig ${document.file}`;
    return { title, fields, folder: path.dirname(document.file) };
  }
  return undefined;
}
