import { basename, join } from 'node:path';
import type { DirectoryEvent } from './directory-watch.ts';
import { fileSignature, statOf } from './file-signature.ts';
import type { FolderFiles } from './folder-files.ts';
import { type FolderTree, isManifestName, isVisible } from './folder-tree.ts';
import type { FileEvent } from './settling.ts';

export interface EventPorts {
  readonly tree: FolderTree;
  readonly files: FolderFiles;
  /** The links that lead to a file. */
  linksTo(path: string): readonly string[];
  isRoot(path: string): boolean;
  note(path: string, event: FileEvent, since: number): void;
  /** Every file below a directory is to be looked at. */
  suspectBelow(directory: string, since: number): void;
  checkRoots(): void;
  suspectRoots(directory: string): void;
}

/** Finds out what an event of a directory means for the files and directories that are read. */
export function takeEvent(ports: EventPorts, event: DirectoryEvent): void {
  const { directory, name, since } = event;
  // Mounted ConfigMaps swap a link `..data` under all files of a directory at once.
  if (name === undefined || name.startsWith('..')) {
    ports.tree.rescan(directory);
    ports.suspectBelow(directory, since);
    ports.checkRoots();
    return;
  }
  const path = join(directory, name);
  if (name === basename(directory) && statOf(path) === undefined) ports.suspectRoots(directory);
  if (ports.isRoot(path)) ports.checkRoots();
  for (const link of ports.linksTo(path)) ports.note(link, event.type, since);
  takeFileEvent(ports, event, path);
  if (isVisible(name)) takeSubdirectoryEvent(ports, event, path);
}

function takeFileEvent(ports: EventPorts, { directory, type, since }: DirectoryEvent, path: string): void {
  const parent = ports.tree.get(directory);
  const name = basename(path);
  if (!ports.files.has(path)) {
    if (parent === undefined || !isManifestName(name) || fileSignature(path) === undefined) return;
    ports.files.adopt({ key: path, name: join(parent.name, name), rank: parent.rank, named: false });
  }
  ports.note(path, type, since);
}

function takeSubdirectoryEvent(ports: EventPorts, { directory, type, since }: DirectoryEvent, path: string): void {
  const { tree } = ports;
  const parent = tree.get(directory);
  if (parent === undefined) return;
  const there = statOf(path)?.isDirectory() ?? false;
  // After 'rename' it may be another directory, of the same inode number too.
  if (tree.has(path) && (type === 'rename' || !there)) {
    tree.drop(path);
    ports.suspectBelow(path, since);
  }
  if (there) tree.add(path, join(parent.name, basename(path)), parent.rank);
}
