import { type FileSignature, fileSignature, sameSignature } from './file-signature.ts';

/** A file that is written in place counts as written when it has not moved for so long (ms). */
const QUIET = 15;
/** As long as this where reading it now would lose something: it may be half-written (ms). */
const DOUBT = 150;
/** The same while it is empty, as `helm template > all.yaml` leaves it for as long as helm thinks (ms). */
const EMPTY_DOUBT = 1000;
/** An editor may delete a file and write it anew (ms). */
const GRACE = 100;

/** `rescan`: the file was found different, without an event of its own. */
export type FileEvent = 'rename' | 'change' | 'rescan';

/** What became of a file that is at rest. */
export interface AtRest {
  readonly path: string;
  readonly signature: FileSignature;
  /** When the first event was seen, in ms of `performance.now()`. */
  readonly since: number;
  /**
   * Whether it may still be half-written: `written` in place a moment ago; `replaced`, as it seems, by rename(2). Then
   * `read` may say false, and is asked again.
   */
  readonly doubt: 'none' | 'replaced' | 'written';
}

export interface SettlingPorts {
  /** The state of the file as last read; undefined for a file that is new. */
  known(path: string): FileSignature | undefined;
  /** Reads a file; false if that would lose something and the file is doubtful. */
  read(file: AtRest): boolean;
  /** The file is gone for good. */
  gone(path: string, since: number): void;
}

/** What is seen of a file that is moving. */
interface Moving {
  readonly since: number;
  events: number;
  /** Whether it was written in place, or was away for a moment. */
  written: boolean;
  signature: FileSignature | undefined;
  /** When it last moved. */
  at: number;
  timer: NodeJS.Timeout | undefined;
}

export interface Settling {
  /** An event about the file; what is to be done about it is decided in {@link look}. */
  note(path: string, event: FileEvent, since: number): void;
  /** Looks at the files that had events since the last look: once per turn of the event loop. */
  look(): void;
  /** Reads every noted file as it is, without waiting. */
  readAll(): void;
  /** The file is not there, but may be back in a moment. */
  leaving(path: string): boolean;
  close(): void;
}

/** Finds the moment at which a file that is being changed can be read: at once where it was replaced as a whole. */
export function createSettling(ports: SettlingPorts): Settling {
  const moving = new Map<string, Moving>();
  const noted = new Set<string>();

  const finish = (path: string) => {
    clearTimeout(moving.get(path)?.timer);
    moving.delete(path);
  };
  const again = (path: string, one: Moving, ms: number) => {
    clearTimeout(one.timer);
    one.timer = setTimeout(() => check(path, one), Math.max(1, ms));
  };

  /** A rename(2) onto the file: one event, another inode, nothing written to it under this name. */
  const replaced = (path: string, one: Moving) => {
    const known = ports.known(path);
    if (known === undefined || one.signature === undefined || one.written || one.events > 1) return false;
    return one.signature.size > 0 && known.inode !== one.signature.inode;
  };

  const read = (path: string, one: Moving, signature: FileSignature, doubt: AtRest['doubt']) => {
    const done = ports.read({ path, signature, since: one.since, doubt });
    if (done) finish(path);
    return done;
  };

  const check = (path: string, one: Moving) => {
    const signature = fileSignature(path);
    const rested = performance.now() - one.at;
    if (!sameSignature(signature, one.signature)) {
      one.signature = signature;
      one.at = performance.now();
      again(path, one, signature ? QUIET : GRACE);
    } else if (signature === undefined) {
      if (rested < GRACE) return again(path, one, GRACE - rested);
      finish(path);
      ports.gone(path, one.since);
    } else if (rested < QUIET) again(path, one, QUIET - rested);
    else if (sameSignature(signature, ports.known(path))) finish(path);
    else {
      const inPlace = one.written || ports.known(path)?.inode === signature.inode;
      const patience = signature.size === 0 ? EMPTY_DOUBT : DOUBT;
      const doubt = inPlace && rested < patience ? 'written' : 'none';
      if (!read(path, one, signature, doubt)) again(path, one, patience - rested);
    }
  };

  const begin = (path: string, one: Moving) => {
    const signature = fileSignature(path);
    if (signature === undefined) one.written = true;
    one.signature = signature;
    if (signature && replaced(path, one) && read(path, one, signature, 'replaced')) return;
    again(path, one, signature ? QUIET : GRACE);
  };

  return {
    note(path, event, since) {
      const one = moving.get(path) ?? {
        since,
        events: 0,
        written: false,
        signature: undefined,
        at: 0,
        timer: undefined,
      };
      if (event !== 'rescan') one.events++;
      if (event === 'change') one.written = true;
      one.at = performance.now();
      moving.set(path, one);
      noted.add(path);
    },
    look() {
      for (const path of noted) {
        const one = moving.get(path);
        if (one) begin(path, one);
      }
      noted.clear();
    },
    readAll() {
      noted.clear();
      for (const [path, one] of [...moving]) {
        const signature = fileSignature(path);
        if (signature) read(path, one, signature, 'none');
        finish(path);
      }
    },
    leaving(path) {
      const one = moving.get(path);
      return one !== undefined && one.signature === undefined && !noted.has(path);
    },
    close() {
      for (const path of [...moving.keys()]) finish(path);
    },
  };
}
