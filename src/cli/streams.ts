/** Where a command prints. */
export interface Streams {
  /** For programs: `ready`, JSON. */
  out(line: string): void;
  /** For people. */
  err(line: string): void;
}

/** The process's own; a reader that has gone away (`sluice … | head`) is no error of ours. */
export function processStreams(): Streams {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: line => void process.stdout.write(`${line}\n`),
    err: line => void process.stderr.write(`${line}\n`),
  };
}
