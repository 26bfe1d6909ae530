import { readFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Problem } from '../resources/index.ts';
import { createDirectoryWatch, type DirectoryEvent } from './directory-watch.ts';
import { problemsIn } from './file-problems.ts';
import { createFileSet, type FileId, locateIn, takeDifference } from './file-set.ts';
import { fileSignature, inodeOf, statOf } from './file-signature.ts';
import { createFolderFiles } from './folder-files.ts';
import { createFolderTree, isManifestName, isVisible } from './folder-tree.ts';
import { createLinkWatch } from './link-watch.ts';
import { describeFsError, fileProblem } from './manifest-text.ts';
import { openRoots, type Root } from './roots.ts';
import { createSettling } from './settling.ts';
import type { Batch, Source } from './source.ts';
import { readStream } from './stream-bytes.ts';

export interface FolderSourceOptions {
  /** Files, directories, and `-` for standard input. */
  readonly paths: readonly string[];
  /** Whether changes are followed after the first reading. Default true. */
  readonly watch?: boolean;
  /** What `-` reads; default the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
}

/** How often what can't be watched is looked at (ms): the paths themselves, links, and all once the system's limit is reached. */
const POLL = 500;
/** A path that is missing for less (ms) is being replaced. */
const GRACE = 100;

function readPipe({ path, name }: Root): Buffer {
  try {
    return readFileSync(path);
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
  const failures = new Map<string, Problem>();
  let roots: readonly Root[] = [];
  let deliverTo: ((batch: Batch) => void) | undefined;
  let poll: NodeJS.Timeout | undefined;
  let polling = false;

  // -- from changes to batches ---------------------------------------------------------------------------------------

  let changedSince: number | undefined;
  const deliver = () => {
    if (changedSince === undefined || deliverTo === undefined) return;
    const batch = { ...takeDifference(set), since: changedSince };
    changedSince = undefined;
    deliverTo(batch);
  };
  const changed = (since: number) => {
    if (changedSince === undefined) setImmediate(deliver);
    changedSince = Math.min(since, changedSince ?? since);
  };

  // -- files ---------------------------------------------------------------------------------------------------------

  const settling = createSettling({
    known: path => files.known(path),
    read(file) {
      const done = files.read(file);
      if (done) links?.follow(file.path);
      if (done) changed(file.since);
      return done;
    },
    gone(path, since) {
      const id = files.get(path);
      const root = roots.find(({ rank }) => rank === id?.rank);
      if (id === undefined || root === undefined || statOf(root.path) === undefined) return;
      links?.forget(path);
      files.remove(path);
      changed(since);
    },
  });

  const note = (path: string, event: 'rename' | 'change' | 'rescan') => settling.note(path, event, performance.now());

  const found = (id: FileId) => {
    if (files.adopt(id) || files.differs(id.key)) note(id.key, 'rescan');
  };

  // -- directories ---------------------------------------------------------------------------------------------------

  const events: DirectoryEvent[] = [];
  const watch =
    options.watch === false
      ? undefined
      : watchDirectories(event => {
          if (events.push(event) === 1) setImmediate(takeEvents);
        });
  const links = watch && createLinkWatch(watch);
  const tree = createFolderTree({
    watch,
    found,
    unwatched: directory => startPolling(directory.name),
    unlisted: ({ path, name }, error) =>
      failures.set(path, fileProblem(name, 'DirectoryUnreadable', describeFsError(error))),
  });

  /** Everything below a path is looked at again: it may be gone, or other files may have taken their place. */
  const suspectBelow = (path: string) => {
    for (const file of files.paths()) if (file.startsWith(path + sep) && files.differs(file)) note(file, 'rescan');
  };

  const takeDirectoryEvent = (path: string, type: DirectoryEvent['type'], name: string, rank: number) => {
    const stats = statOf(path);
    // After 'rename' it may be another directory, of the same inode number too.
    if (tree.has(path) && (type === 'rename' || !stats?.isDirectory())) {
      tree.drop(path);
      suspectBelow(path);
    }
    if (stats?.isDirectory()) tree.add(path, name, rank);
  };

  const takeEvent = ({ directory, type, name }: DirectoryEvent) => {
    const parent = tree.get(directory);
    // Mounted ConfigMaps swap a link `..data` under all files of a directory at once.
    if (name === undefined || name.startsWith('..')) {
      tree.rescan(directory);
      suspectBelow(directory);
      return checkRoots();
    }
    const path = join(directory, name);
    for (const link of links?.to(path) ?? []) note(link, type);
    if (name === basename(directory) && statOf(path) === undefined) suspectRoots(directory);
    if (roots.some(root => root.path === path)) checkRoots();
    if (files.has(path)) note(path, type);
    else if (parent && isManifestName(name) && fileSignature(path)) {
      if (files.adopt({ key: path, name: join(parent.name, name), rank: parent.rank, named: false })) note(path, type);
    }
    if (parent && isVisible(name)) takeDirectoryEvent(path, type, join(parent.name, name), parent.rank);
  };

  const takeEvents = () => {
    for (const event of events.splice(0)) takeEvent(event);
    settling.look();
    deliver();
  };

  // -- the paths that the user gave ----------------------------------------------------------------------------------

  const addRoot = (root: Root) => {
    if (root.kind === 'directory') return tree.add(root.path, root.name, root.rank);
    if (watch?.acquire(dirname(root.path)) === false) startPolling(root.name);
    found({ key: root.path, name: root.name, rank: root.rank, named: true });
  };

  const renewRoot = (root: Root, inode: string) => {
    root.inode = inode;
    if (root.kind === 'file') watch?.renew(dirname(root.path));
    else tree.drop(root.path);
    addRoot(root);
    suspectBelow(root.path);
  };

  const missRoot = (root: Root) => {
    root.missed ??= performance.now();
    if (failures.has(root.path) || performance.now() - root.missed < GRACE) return;
    const message = 'is gone; what it last held stays in force until it is back';
    failures.set(root.path, { ...fileProblem(root.name, 'PathGone', message), severity: 'warning' });
    changed(root.missed);
  };

  const checkRoot = (root: Root) => {
    const stats = statOf(root.path);
    if (stats === undefined) {
      if (root.missed === undefined) setTimeout(() => deliverTo && checkRoots(), GRACE + 1);
      return missRoot(root);
    }
    const missed = root.missed !== undefined;
    root.missed = undefined;
    if (failures.delete(root.path)) changed(performance.now());
    const replaced = root.inode === '' || (root.kind === 'directory' && inodeOf(stats) !== root.inode);
    if (missed || replaced) renewRoot(root, inodeOf(stats));
  };

  /** A directory was deleted or moved away; another may have its path, and even its inode number, by now. */
  const suspectRoots = (directory: string) => {
    for (const root of roots) if (root.path === directory || dirname(root.path) === directory) root.inode = '';
    checkRoots();
  };

  const checkRoots = () => {
    for (const root of roots) if (root.kind !== 'stream') checkRoot(root);
  };

  const lookAround = () => {
    checkRoots();
    if (polling) for (const path of tree.all()) takeEvent({ directory: path, type: 'rename', name: undefined });
    for (const path of polling ? files.paths() : (links?.all() ?? [])) if (files.differs(path)) note(path, 'rescan');
    settling.look();
  };

  const startPolling = (name: string) => {
    if (polling) return;
    polling = true;
    const message = `more directories than the system may watch; looking for changes every ${POLL} ms instead`;
    const fix = 'sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';
    failures.set('limit', { ...fileProblem(name, 'WatchLimit', message), severity: 'warning', fix });
  };

  // -- the first reading ---------------------------------------------------------------------------------------------

  const readRoot = async (root: Root) => {
    if (root.kind !== 'stream') return addRoot(root);
    const id = { key: root.path, name: root.name, rank: root.rank, named: true };
    files.readBytes(id, root.path === '-' ? await readStream(options.stdin ?? process.stdin) : readPipe(root));
  };

  return {
    async start(onBatch) {
      const since = performance.now();
      roots = openRoots(options.paths);
      for (const root of roots) await readRoot(root);
      settling.readAll();
      changedSince = undefined;
      onBatch({ ...takeDifference(set), since });
      deliverTo = onBatch;
      if (watch) poll = setInterval(lookAround, POLL);
    },
    problems: () => [...failures.values(), ...problemsIn(set)],
    locate: (object, path) => locateIn(set, object, path),
    async close() {
      deliverTo = undefined;
      clearInterval(poll);
      settling.close();
      watch?.close();
    },
  };
}
