import fs from 'node:fs';
import { promisify } from 'node:util';

/** Where lines go. */
export interface Sink {
  /** Writes bytes [start, end); how many of them were taken: 0 where none can be now. Rejects where there is no place for them. */
  write(bytes: Buffer, start: number, end: number): Promise<number>;
}

/** Who may write to what takes lines in parts: one thread at a time. */
export interface LogTurn {
  /** Whether it is this thread's turn now, until it {@link passTurn passes} it on. */
  takeTurn(): boolean;
  passTurn(): void;
}

const ALONE: LogTurn = { takeTurn: () => true, passTurn() {} };

const openFile = promisify(fs.open);
const stat = promisify(fs.stat);
const close = promisify(fs.close);

/** What one write(2) to a pipe may have for it to go in whole, whoever else writes (PIPE_BUF of Linux; bytes). */
const WHOLE = 4_096;
/** How often somebody may rename the file without a line being lost to the old one for longer; ms. */
const LOOK = 1_000;
const NEWLINE = 10;
const STDOUT = 1;

/** How a log is opened: to append, and never to wait for who reads it. */
export const LOG_FLAGS = fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NONBLOCK;
/** Queries may hold secrets. */
export const LOG_MODE = 0o640;

interface Target {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Written by a thread of the system's pool, since a disk may be slow; everything else says at once what it takes. */
  readonly isFile: boolean;
}

/** A file, or (undefined) the standard output. It is opened by the first write. */
export function openSink(
  path: string | undefined,
  turn: LogTurn = ALONE,
  clock: () => number = () => performance.now(),
): Sink {
  let target: Target | undefined;
  let looked = 0;

  async function current(): Promise<Target> {
    const now = clock();
    if (target === undefined) target = path === undefined ? standardOutput() : await openPath(path);
    else if (path !== undefined && target.isFile && now - looked >= LOOK) target = await renewed(path, target);
    else return target;
    looked = now;
    return target;
  }

  return {
    async write(bytes, start, end) {
      const { fd, isFile } = await current();
      return isFile ? writeFile(fd, bytes, start, end) : writeLines(fd, bytes, start, end, turn);
    },
  };
}

async function openPath(path: string): Promise<Target> {
  return targetOf(await openFile(path, LOG_FLAGS, LOG_MODE));
}

function targetOf(fd: number): Target {
  const { dev, ino, ...stats } = fs.fstatSync(fd);
  return { fd, dev, ino, isFile: (stats.mode & fs.constants.S_IFMT) === fs.constants.S_IFREG };
}

/** Who rotates logs renames the file and expects another in its place. One that can't be made leaves us with the old. */
async function renewed(path: string, old: Target): Promise<Target> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && there.ino === old.ino && there.dev === old.dev) return old;
  const target = await openPath(path).catch(() => old);
  if (target !== old) await close(old.fd);
  return target;
}

/**
 * A pipe or terminal of the standard output is opened anew, so that writes don't wait, and nobody who shares it is
 * concerned. A socket can't be; the main thread, which has it as a stream, made it one that doesn't wait.
 */
function standardOutput(): Target {
  const own = targetOf(STDOUT);
  if (own.isFile) return own;
  try {
    return targetOf(fs.openSync(`/proc/self/fd/${STDOUT}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK));
  } catch {
    return own;
  }
}

function writeFile(fd: number, bytes: Buffer, start: number, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, start, end - start, null, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

/**
 * Whole lines at a time, so that they are not mixed with what other processes write there. A line that is longer than what goes
 * in whole may go in parts: until the last of them, other threads wait.
 */
function writeLines(fd: number, bytes: Buffer, start: number, end: number, turn: LogTurn): number {
  if (!turn.takeTurn()) return 0;
  let at = start;
  while (at < end) {
    const next = sliceEnd(bytes, at, end);
    const written = writeNow(fd, bytes, at, next);
    at += written;
    if (written === 0 || at < next) break;
  }
  if (at === 0 || bytes[at - 1] === NEWLINE) turn.passTurn();
  return at - start;
}

/** The end of the last line that fits, or of the first where none does. */
function sliceEnd(bytes: Buffer, start: number, end: number): number {
  if (end - start <= WHOLE) return end;
  const last = bytes.lastIndexOf(NEWLINE, start + WHOLE - 1);
  const line = last >= start ? last : bytes.indexOf(NEWLINE, start);
  return line < 0 ? end : Math.min(end, line + 1);
}

function writeNow(fd: number, bytes: Buffer, start: number, end: number): number {
  try {
    return fs.writeSync(fd, bytes, start, end - start);
  } catch {
    // Whoever is slow, full or gone may take it later; what went before counts, and the turn is not kept.
    return 0;
  }
}
