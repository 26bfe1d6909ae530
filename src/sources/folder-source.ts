import { dirname, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Problem } from '../resources/index.ts';
import { createBatches } from './batches.ts';
import { createDirectoryWatch, type DirectoryEvent } from './directory-watch.ts';
import { problemsIn } from './file-problems.ts';
import { createFileSet, type FileId, locateIn, takeDifference } from './file-set.ts';
import { statOf } from './file-signature.ts';
import { type EventPorts, takeEvent } from './folder-events.ts';
import { createFolderFiles } from './folder-files.ts';
import { createFolderTree } from './folder-tree.ts';
import { createLinkWatch } from './link-watch.ts';
import { describeFsError, fileProblem } from './manifest-text.ts';
import { createRootWatch } from './root-watch.ts';
import { openRoots, type Root } from './roots.ts';
import { createSettling } from './settling.ts';
import type { Source } from './source.ts';
import { readPipe, readStream } from './stream-bytes.ts';

export interface FolderSourceOptions {
  /** Files, directories, and `-` for standard input. */
  readonly paths: readonly string[];
  /** Whether changes are followed after the first reading. Default true. */
  readonly watch?: boolean;
  /** What `-` reads; default the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
}

/** How often what can't be watched is looked at (ms): the paths themselves, links, and all where watches are used up. */
const POLL = 500;

function pathGone({ name }: Root): Problem {
  const message = 'is gone; what it last held stays in force until it is back';
  return { ...fileProblem(name, 'PathGone', message), severity: 'warning' };
}

function watchLimit(name: string): Problem {
  const message = `more directories than the system may watch; looking for changes every ${POLL} ms instead`;
  const fix = 'sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';
  return { ...fileProblem(name, 'WatchLimit', message), severity: 'warning', fix };
}

function readStreamRoot({ path, name }: Root): Buffer {
  try {
    return readPipe(path);
  } catch (error) {
    throw new Error(`${name}: ${describeFsError(error)}`);
  }
}

/**
 * Manifests in files: a directory means all its `*.yaml`, `*.yml` and `*.json`, below it too, without hidden ones and
 * `*~`. A file that is replaced by rename(2) is read at once, one that is written in place when it is quiet.
 */
export function createFolderSource(options: FolderSourceOptions, watchDirectories = createDirectoryWatch): Source {
  const set = createFileSet();
  const files = createFolderFiles(set);
  const batches = createBatches(() => takeDifference(set));
  /** What is wrong with paths and directories, by path. */
  const failures = new Map<string, Problem>();
  let roots: readonly Root[] = [];
  let poll: NodeJS.Timeout | undefined;
  let reading: AsyncIterable<Uint8Array | string> | undefined;
  let closed = false;

  const events: DirectoryEvent[] = [];
  const queue = (event: DirectoryEvent) => {
    if (events.push(event) === 1) setImmediate(takeEvents);
  };
  const watch = options.watch === false ? undefined : watchDirectories(queue);
  const links = watch && createLinkWatch(watch);

  const settling = createSettling({
    known: path => files.known(path),
    read(file) {
      const done = files.read(file);
      if (done) links?.follow(file.path);
      if (done) batches.changed(file.since);
      return done;
    },
    gone(path, since) {
      const root = roots.find(({ rank }) => rank === files.get(path)?.rank);
      if (root === undefined || statOf(root.path) === undefined) return;
      links?.forget(path);
      files.remove(path);
      batches.changed(since);
    },
  });

  const found = (id: FileId) => {
    if (files.adopt(id) || files.differs(id.key)) settling.note(id.key, 'rescan', performance.now());
  };
  const unwatched = (name: string) => failures.set('', watchLimit(name));
  const polling = () => failures.has('');

  const tree = createFolderTree({
    watch,
    found,
    unwatched: directory => unwatched(directory.name),
    listed({ path, name }, error) {
      if (error === undefined) failures.delete(path);
      else failures.set(path, fileProblem(name, 'DirectoryUnreadable', describeFsError(error)));
    },
  });

  /** Files may be gone, or others may have taken their place. */
  const suspect = (paths: Iterable<string>, since: number) => {
    for (const path of paths) if (files.differs(path)) settling.note(path, 'rescan', since);
  };
  const suspectBelow = (directory: string, since: number) => {
    suspect(
      [...files.paths()].filter(path => path.startsWith(directory + sep)),
      since,
    );
  };

  const addRoot = (root: Root) => {
    if (root.kind === 'directory') return tree.add(root.path, root.name, root.rank);
    if (watch?.acquire(dirname(root.path)) === false) unwatched(root.name);
    found({ key: root.path, name: root.name, rank: root.rank, named: true });
  };

  const rootWatch = createRootWatch(() => roots, {
    missing(root, since) {
      if (failures.has(root.path)) return;
      failures.set(root.path, pathGone(root));
      batches.changed(since);
    },
    back(root) {
      if (failures.delete(root.path)) batches.changed(performance.now());
    },
    renew(root) {
      if (root.kind === 'file') watch?.renew(dirname(root.path));
      else tree.drop(root.path);
      addRoot(root);
      suspectBelow(root.path, performance.now());
      settling.look();
    },
  });

  const ports: EventPorts = {
    tree,
    files,
    linksTo: path => links?.to(path) ?? [],
    isRoot: path => roots.some(root => root.path === path),
    note: settling.note,
    suspectBelow,
    checkRoots: rootWatch.check,
    suspectRoots: rootWatch.suspect,
  };

  const takeEvents = () => {
    for (const event of events.splice(0)) takeEvent(ports, event);
    settling.look();
    batches.deliver();
  };

  const lookAround = () => {
    rootWatch.check();
    if (polling()) for (const directory of tree.all()) tree.rescan(directory);
    suspect(polling() ? files.paths() : (links?.all() ?? []), performance.now());
    settling.look();
  };

  const readStdin = async (): Promise<Buffer> => {
    reading = options.stdin ?? process.stdin;
    const bytes = await readStream(reading);
    reading = undefined;
    return bytes;
  };

  const readRoot = async (root: Root) => {
    if (root.kind !== 'stream') return addRoot(root);
    const id = { key: root.path, name: root.name, rank: root.rank, named: true };
    files.readBytes(id, root.path === '-' ? await readStdin() : readStreamRoot(root));
  };

  return {
    async start(onBatch) {
      const since = performance.now();
      roots = openRoots(options.paths);
      for (const root of roots) if (!closed) await readRoot(root);
      if (closed) return;
      settling.readAll();
      batches.open(onBatch, since);
      if (watch) poll = setInterval(lookAround, POLL);
    },
    problems: () => [...failures.values(), ...problemsIn(set, settling.leaving)],
    locate: (object, path) => locateIn(set, object, path),
    async close() {
      closed = true;
      batches.close();
      clearInterval(poll);
      rootWatch.close();
      settling.close();
      watch?.close();
      // Whoever closes while it is being read does not want to wait for its end.
      if (reading instanceof Readable) reading.destroy();
    },
  };
}
