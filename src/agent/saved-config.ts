import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import type { Unit } from '../ir/index.ts';

/** Private keys are in it. */
const FILE_MODE = 0o600;
const DIR_MODE = 0o700;
/** First and last line: what lies between them is one unit a line, whole. */
const HEAD = 'sluice configuration 1';
const END = 'end';
/** Units in one write. */
const CHUNK = 200;

/** What a folder has of a configuration. */
export type Saved =
  | { readonly kind: 'units'; readonly units: readonly Unit[] }
  | { readonly kind: 'none' }
  /** There is something that can't be used; `reason`: one line. */
  | { readonly kind: 'unusable'; readonly reason: string };

function fileIn(dir: string): string {
  return path.join(dir, 'config');
}

export async function readSaved(dir: string): Promise<Saved> {
  const file = fileIn(dir);
  try {
    return await parse(file);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return { kind: 'none' };
    return unusable(file, reasonOf(error));
  }
}

/** Line by line: the text of all units is far larger than one. */
async function parse(file: string): Promise<Saved> {
  const units: Unit[] = [];
  let last: string | undefined;
  for await (const line of linesOf(file)) {
    if (last === undefined && line !== HEAD) return unusable(file, 'it is no configuration that this version wrote');
    if (last !== undefined && line !== END) units.push(readUnit(line));
    last = line;
  }
  return last === END ? { kind: 'units', units } : unusable(file, 'its end is missing');
}

/** What ends with `\n`: `node:readline` knows further ends of lines, which may stand in units. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(file, 'utf8')) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** What it means is for whoever takes it to judge. */
function readUnit(line: string): Unit {
  const unit: Unit = JSON.parse(line);
  if (typeof unit !== 'object' || unit === null) throw new SyntaxError('it has a line that is no unit');
  return unit;
}

function unusable(file: string, reason: string): Saved {
  return { kind: 'unusable', reason: `the saved configuration ${file} is not used: ${reason}` };
}

/** `texts`: units as JSON. All of them or nothing: whoever reads meanwhile finds the one before. Resolves with why it could not be written. */
export async function writeSaved(dir: string, texts: Iterable<string>): Promise<string | undefined> {
  const file = fileIn(dir);
  const fresh = `${file}.new`;
  try {
    await mkdir(dir, { recursive: true, mode: DIR_MODE });
    await rm(fresh, { force: true });
    await write(fresh, [...texts]);
    await rename(fresh, file);
    return undefined;
  } catch (error) {
    // It is memory that others want.
    await rm(fresh, { force: true }).catch(() => {});
    return `the configuration can't be saved in ${dir}: ${reasonOf(error)}`;
  }
}

/** `write` would take it well if only a part had room. */
async function write(file: string, texts: readonly string[]): Promise<void> {
  await using handle = await open(file, 'wx', FILE_MODE);
  await handle.appendFile(`${HEAD}\n`);
  for (let at = 0; at < texts.length; at += CHUNK) {
    await handle.appendFile(`${texts.slice(at, at + CHUNK).join('\n')}\n`);
  }
  await handle.appendFile(`${END}\n`);
  await handle.datasync();
}

/** What a parser says quotes what it read. */
function reasonOf(error: unknown): string {
  if (isSystemError(error)) return getSystemErrorMessage(error.errno);
  return 'a line of it can not be read';
}

function isSystemError(error: unknown): error is Error & { readonly errno: number; readonly code: string } {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && 'code' in error;
}
