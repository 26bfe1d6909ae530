import {
  type AnyResource,
  expandList,
  isRecord,
  type ObjectRef,
  type Problem,
  parseObject,
  refKey,
  refOf,
} from '../resources/index.ts';
import { parseText, type TextError } from './parse-text.ts';

/** An object that a document holds. */
export interface Entry {
  readonly key: string;
  readonly ref: ObjectRef;
  /** Where the object is in its document: '' if it is all of it, else e.g. `items[2]`. */
  readonly base: string;
  /** Absent while the object is refused. */
  readonly resource?: AnyResource;
  /** Of an object that is refused: what counts where there is no version of it that is good. */
  readonly remains?: AnyResource;
}

/** A problem of a document, without its place: that is worked out when someone asks. */
export interface Finding {
  readonly problem: Problem;
  readonly base: string;
  /** Where in the text, if the text is not readable. */
  readonly offset?: number;
}

/** An object of a kind that Sluice does not read. */
export interface Stranger {
  readonly apiVersion: string;
  readonly objectKind: string;
  readonly base: string;
  readonly hint?: string;
}

/** What the text of one document says, good or bad; it depends on the text only. */
export interface ReadDocument {
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly strangers: readonly Stranger[];
  /** Whether every object of it could be told: else some may be missing in `entries`. */
  readonly whole: boolean;
}

interface Draft {
  readonly entries: Entry[];
  readonly findings: Finding[];
  readonly strangers: Stranger[];
  whole: boolean;
}

/** A mapping that does not even try to be a Kubernetes object, such as the values of a chart. */
function isForeign(raw: unknown): boolean {
  return isRecord(raw) && !('apiVersion' in raw || 'kind' in raw || 'metadata' in raw || 'spec' in raw);
}

function keepFindings(draft: Draft, problems: readonly Problem[], base: string): void {
  for (const problem of problems) draft.findings.push({ problem, base });
}

function refusedEntry(ref: ObjectRef, base: string, remains: AnyResource | undefined): Entry {
  return { key: refKey(ref), ref, base, ...(remains && { remains }) };
}

function readObject(draft: Draft, raw: unknown, base: string): void {
  const parsed = parseObject(raw, { strict: true });
  keepFindings(draft, parsed.problems, base);
  switch (parsed.kind) {
    case 'resource': {
      const ref = refOf(parsed.resource);
      draft.entries.push({ key: refKey(ref), ref, base, resource: parsed.resource });
      return;
    }
    case 'refused':
      if (!parsed.object) draft.whole = false;
      else draft.entries.push(refusedEntry(parsed.object, base, parsed.remains));
      return;
    case 'unknown': {
      const { apiVersion, objectKind, hint } = parsed;
      draft.strangers.push({ apiVersion, objectKind, base, ...(hint !== undefined && { hint }) });
      return;
    }
    case 'notAnObject':
      draft.whole = false;
  }
}

/** An object of a list within a list is found where the inner list is. */
function readItem(draft: Draft, list: object, item: unknown, base: string): void {
  for (const raw of expandList({ ...list, items: [item] })) readObject(draft, raw, base);
}

/** Lists of Kubernetes and arrays of JSON are taken apart; an empty document holds nothing. */
function readValue(draft: Draft, raw: unknown, base: string): void {
  if (raw === null || raw === undefined) return;
  if (Array.isArray(raw)) {
    for (const [index, item] of raw.entries()) readValue(draft, item, `${base}[${index}]`);
  } else if (isRecord(raw) && Array.isArray(raw.items) && String(raw.kind).endsWith('List')) {
    const prefix = base === '' ? 'items' : `${base}.items`;
    for (const [index, item] of raw.items.entries()) readItem(draft, raw, item, `${prefix}[${index}]`);
  } else readObject(draft, raw, base);
}

function unreadable(error: TextError): ReadDocument {
  const problem: Problem = { severity: 'error', code: 'InvalidYaml', message: error.message };
  return { entries: [], findings: [{ problem, base: '', offset: error.offset }], strangers: [], whole: false };
}

function foreign(): ReadDocument {
  const message = 'has neither apiVersion nor kind: it is no manifest and is left out';
  const problem: Problem = { severity: 'info', code: 'NotAManifest', message };
  return { entries: [], findings: [{ problem, base: '' }], strangers: [], whole: true };
}

/** A copy: what is parsed holds pieces of its text, and a piece of the file's text would hold all of that. */
function ownText(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * Reads the text of one document. `named` says whether the user named this very file: then it must hold manifests, while
 * a directory may hold other YAML and JSON too.
 */
export function readDocument(text: string, named: boolean): ReadDocument {
  const parsed = parseText(ownText(text));
  if (!parsed.ok) return unreadable(parsed.error);
  if (!named && isForeign(parsed.value)) return foreign();
  const draft: Draft = { entries: [], findings: [], strangers: [], whole: true };
  readValue(draft, parsed.value, '');
  // A copy: what has grown has room for sixteen more, and every document of a folder is remembered.
  return { ...draft, entries: draft.entries.slice() };
}
