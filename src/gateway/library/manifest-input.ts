import { setImmediate as turn } from 'node:timers/promises';
import { createFolderSource, createMemorySource, type MemorySource, type Source } from '../../sources/index.ts';

/** Where a gateway of the library reads what it obeys: exactly one of the first three. */
export interface ManifestInput {
  /** Files and folders of manifests (all *.yaml, *.yml and *.json below a folder); a change in them is followed. */
  readonly manifests?: string | readonly string[] | undefined;
  /** Objects as YAML would give them, or a text of YAML documents. `update` changes them. */
  readonly objects?: string | readonly object[] | undefined;
  /** Anything else that gives resources: `createFolderSource`, `createMemorySource`, or one of your own. */
  readonly source?: Source | undefined;
  /** Follow changes of `manifests`; default true. */
  readonly watch?: boolean | undefined;
}

/** Objects to add or replace, and objects to remove: of those only kind, name and namespace count. */
export interface ObjectChanges {
  readonly upsert?: readonly object[] | undefined;
  readonly delete?: readonly object[] | undefined;
}

export interface OpenedInput {
  readonly source: Source;
  /** Resolves when the source has told it. Objects in the place of all there were, or single changes. */
  update(change: string | readonly object[] | ObjectChanges): Promise<void>;
}

/** Throws a TypeError where it is not exactly one input. */
export function openInput(input: ManifestInput): OpenedInput {
  const { manifests, objects, source, watch = true } = input;
  const given = Object.entries({ manifests, objects, source }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw new TypeError(`${notOne(given.map(([name]) => name))}; give exactly one of them`);
  if (objects !== undefined) return openObjects(objects);
  const paths = typeof manifests === 'string' ? [manifests] : (manifests ?? []);
  if (source === undefined && !areTexts(paths)) throw new TypeError('manifests must be a path or a list of paths');
  return {
    source: source ?? createFolderSource({ paths, watch }),
    update: () => Promise.reject(new TypeError(`update: this gateway was made of ${given[0]![0]}, not of objects`)),
  };
}

function areTexts(paths: unknown): boolean {
  return Array.isArray(paths) && paths.length > 0 && paths.every(each => typeof each === 'string');
}

function notOne(given: readonly string[]): string {
  if (given.length === 0) return 'createGateway needs manifests, objects or a source';
  return `createGateway got ${given.join(' and ')}`;
}

/** As problems name the text that `objects` may be. */
const TEXT = 'objects';

function openObjects(first: string | readonly object[]): OpenedInput {
  const source = createMemorySource();
  let isText = fill(source, first);
  return {
    source,
    async update(change) {
      if (typeof change === 'string' || isList(change)) isText = fill(source, change);
      else if (isText) throw new TypeError('update: this gateway holds a text; give the whole of the new one');
      else patch(source, change);
      // The source tells at the end of this turn what changed.
      await turn();
    },
  };
}

function isList(change: readonly object[] | ObjectChanges): change is readonly object[] {
  return Array.isArray(change);
}

/** What it held goes, unless it comes again; gives whether it is a text. */
function fill(source: MemorySource, next: string | readonly object[]): boolean {
  const isText = typeof next === 'string';
  if (!isText && !isList(next)) throw new TypeError('objects must be a list of objects, or a text of YAML documents');
  if (isText) source.setText(TEXT, next);
  else source.deleteText(TEXT);
  source.setAll(isText ? [] : next);
  return isText;
}

function patch(source: MemorySource, { upsert = [], delete: gone = [] }: ObjectChanges): void {
  for (const object of gone) source.delete(object);
  for (const object of upsert) source.set(object);
}
