import { createBatches } from './batches.ts';
import { problemsIn } from './file-problems.ts';
import {
  commit,
  createFileSet,
  type FileId,
  type FileSet,
  locateIn,
  preview,
  removeFile,
  takeDifference,
} from './file-set.ts';
import type { Source } from './source.ts';

/** A source that holds what it is given: for tests, and for programs that embed the gateway. */
export interface MemorySource extends Source {
  /** Sets an object as YAML would give it; one of the same kind, namespace and name is replaced. */
  set(object: unknown): void;
  /** Sets these objects, and removes all others that were set. */
  setAll(objects: readonly unknown[]): void;
  /** Removes an object that was set; only its kind and metadata count. */
  delete(object: unknown): void;
  /** Sets the contents of a file of that name, as the folder source would read it. */
  setText(file: string, text: string): void;
  deleteText(file: string): void;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Objects in no file are told apart by what they are; what is none has a place of its own by its text. */
function objectId(object: unknown, text: string): FileId {
  const metadata = field(object, 'metadata');
  const [kind, name] = [field(object, 'kind'), field(metadata, 'name')];
  const known = typeof kind === 'string' && typeof name === 'string';
  const key = known ? `${kind}/${field(metadata, 'namespace') ?? 'default'}/${name}` : text;
  return { key: `object ${key}`, rank: 0, named: true };
}

function textId(file: string): FileId {
  return { key: `text ${file}`, name: file, rank: 1, named: true };
}

function put(set: FileSet, id: FileId, text: string): void {
  commit(set, id, preview(set, id, text));
}

/** A source in memory. Changes made in one turn of the event loop leave as one batch. */
export function createMemorySource(): MemorySource {
  const set = createFileSet();
  const batches = createBatches(() => takeDifference(set));
  const change = (apply: () => void) => {
    apply();
    batches.changed(performance.now());
  };

  function setAll(objects: readonly unknown[]): void {
    const texts = objects.map(object => JSON.stringify(object) ?? '');
    const ids = objects.map((object, at) => objectId(object, texts[at]!));
    const kept = new Set(ids.map(({ key }) => key));
    const gone = [...set.files.values()].filter(({ id }) => id.name === undefined && !kept.has(id.key));
    for (const { id } of gone) removeFile(set, id.key);
    for (const [at, id] of ids.entries()) put(set, id, texts[at]!);
  }

  return {
    set(object) {
      const text = JSON.stringify(object) ?? '';
      change(() => put(set, objectId(object, text), text));
    },
    setAll: objects => change(() => setAll(objects)),
    delete: object => change(() => removeFile(set, objectId(object, JSON.stringify(object) ?? '').key)),
    setText: (file, text) => change(() => put(set, textId(file), text)),
    deleteText: file => change(() => removeFile(set, textId(file).key)),
    async start(onBatch) {
      batches.open(onBatch, performance.now());
    },
    problems: () => problemsIn(set),
    locate: (object, path) => locateIn(set, object, path),
    async close() {
      batches.close();
    },
  };
}
