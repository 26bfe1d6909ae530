import { commit, type FileId, type FileSet, fail, preview, removeFile } from './file-set.ts';
import { type FileSignature, fileSignature, sameSignature } from './file-signature.ts';
import { loses } from './manifest-file.ts';
import { decodeManifest, type ManifestText, readManifestText } from './manifest-text.ts';
import type { AtRest } from './settling.ts';

/** The files of a folder source: which there are, and in which state each was read. Keys are absolute paths. */
export interface FolderFiles {
  has(path: string): boolean;
  get(path: string): FileId | undefined;
  paths(): Iterable<string>;
  /** A file that is to be read; false if it is known already. */
  adopt(id: FileId): boolean;
  /** In which state the file was read last. */
  known(path: string): FileSignature | undefined;
  /** Whether the file is in another state than it was read in. */
  differs(path: string): boolean;
  /** Reads a file that is at rest. False if it moved, or if it is doubtful and reading it would lose something. */
  read(file: AtRest): boolean;
  /** Reads what can't be watched, such as standard input. */
  readBytes(id: FileId, bytes: Buffer): void;
  remove(path: string): void;
}

export function createFolderFiles(set: FileSet): FolderFiles {
  const ids = new Map<string, FileId>();
  const signatures = new Map<string, FileSignature>();

  const shrunk = ({ path, signature }: AtRest) => signature.size < (signatures.get(path)?.size ?? 0);

  const take = (id: FileId, text: string, file?: AtRest): boolean => {
    const change = preview(set, id, text);
    if (file && file.doubt !== 'none' && loses(change)) return false;
    if (file && !sameSignature(fileSignature(file.path), file.signature)) return false;
    commit(set, id, change);
    return true;
  };

  const takeText = (id: FileId, read: ManifestText, file?: AtRest): boolean => {
    switch (read.kind) {
      case 'gone':
        return false;
      case 'refused':
        if (file?.doubt === 'written') return false;
        fail(set, id, read.problem);
        return true;
      case 'text':
        return take(id, read.text, file);
    }
  };

  return {
    has: path => ids.has(path),
    get: path => ids.get(path),
    paths: () => ids.keys(),
    adopt(id) {
      if (ids.has(id.key)) return false;
      ids.set(id.key, id);
      return true;
    },
    known: path => signatures.get(path),
    differs: path => !sameSignature(fileSignature(path), signatures.get(path)),
    read(file) {
      const id = ids.get(file.path);
      if (id === undefined) return true;
      if (file.doubt === 'written' && shrunk(file)) return false;
      const done = takeText(id, readManifestText(file.path, file.signature.size, id.name ?? file.path), file);
      if (done) signatures.set(file.path, file.signature);
      return done;
    },
    readBytes(id, bytes) {
      ids.set(id.key, id);
      takeText(id, decodeManifest(bytes, id.name ?? id.key));
    },
    remove(path) {
      ids.delete(path);
      signatures.delete(path);
      removeFile(set, path);
    },
  };
}
