import { createFolderSource, type Source } from '../sources/index.ts';

/** The source behind the PATHs of a command, or what is wrong with them. */
export function openPaths(paths: readonly string[], options: { readonly watch: boolean }): Source | string {
  if (paths.length === 0) return 'needs at least one PATH: a file or folder of manifests, or - for standard input';
  return createFolderSource({ paths, watch: options.watch });
}
