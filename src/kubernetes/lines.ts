const NEWLINE = 0x0a;

/** Cuts bytes into lines of text, whatever the chunks; characters may lie across chunks. */
export interface LineSplitter {
  /** False: a line is longer than what is allowed. */
  push(chunk: Buffer): boolean;
}

/** `limit`: the longest line, in bytes. Bytes after the last newline are no line. Empty lines are left out. */
export function createLineSplitter(limit: number, onLine: (line: string) => void): LineSplitter {
  let parts: Buffer[] = [];
  let size = 0;

  function keep(part: Buffer): boolean {
    if (part.length > 0) parts.push(part);
    size += part.length;
    return size <= limit;
  }

  function flush(): void {
    const line = (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString();
    parts = [];
    size = 0;
    if (line.trim() !== '') onLine(line);
  }

  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        if (!keep(chunk.subarray(from, end))) return false;
        flush();
        from = end + 1;
      }
      return keep(chunk.subarray(from));
    },
  };
}
