import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { readTestFile, readTestModule, type TestFile } from '../../testing/index.ts';

/** A file of tests, or why it can't be read at all. */
export type LoadedTests = TestFile | { readonly unreadable: string };

const MODULE = /\.[cm]?[jt]s$/;

/** Reads a file of tests: YAML (`-`: standard input), or a module whose default export `defineTest` made. */
export async function loadTests(file: string): Promise<LoadedTests> {
  try {
    if (file === '-') return readTestFile(await streamText(process.stdin), 'stdin');
    return MODULE.test(file) ? await loadModule(file) : readTestFile(await readFile(file, 'utf8'), file);
  } catch (error) {
    return { unreadable: `${file}: ${reasonOf(error)}` };
  }
}

async function loadModule(file: string): Promise<LoadedTests> {
  const loaded: { readonly default?: unknown } = await import(pathToFileURL(path.resolve(file)).href);
  return loaded.default === undefined
    ? { unreadable: `${file}: has no default export; write: export default defineTest({ tests: [...] })` }
    : readTestModule(loaded.default, file);
}

const READING: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder; name the files in it',
  EACCES: 'may not be read',
  ERR_MODULE_NOT_FOUND: 'no such file, or it imports one that is not there',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : READING[code];
  return known ?? error.message;
}

/** The manifests that a file names, as from the working directory. */
export function manifestsOf({ file, manifests }: TestFile): readonly string[] {
  const folder = file === 'stdin' ? '.' : path.dirname(file);
  return manifests.map(each => (path.isAbsolute(each) ? each : path.join(folder, each)));
}
