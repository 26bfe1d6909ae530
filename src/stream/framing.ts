/** Four bytes (big-endian): how many of UTF-8 follow. */
const HEADER = 4;
/** What a reader keeps between frames. */
const KEPT = 65_536;

export function frame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(HEADER + size);
  bytes.writeUInt32BE(size);
  bytes.write(text, HEADER);
  return bytes;
}

export interface FrameReader {
  /** The frames that are whole with these bytes; undefined: one is longer than `limit` allows, and nothing can follow. */
  read(chunk: Uint8Array): readonly string[] | undefined;
}

/** `limit`: bytes of a frame, asked when one begins. What a peer has not sent takes no memory, however long it says it will be. */
export function createFrameReader(limit: () => number): FrameReader {
  let buffer = Buffer.allocUnsafe(0);
  let filled = 0;

  function append(chunk: Uint8Array): void {
    if (filled + chunk.length > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(filled + chunk.length, 2 * filled));
      buffer.copy(larger, 0, 0, filled);
      buffer = larger;
    }
    buffer.set(chunk, filled);
    filled += chunk.length;
  }

  function dropFirst(bytes: number): void {
    buffer.copyWithin(0, bytes, filled);
    filled -= bytes;
    if (filled === 0 && buffer.length > KEPT) buffer = Buffer.allocUnsafe(0);
  }

  return {
    read(chunk) {
      append(chunk);
      const texts: string[] = [];
      let at = 0;
      while (filled - at >= HEADER) {
        const size = buffer.readUInt32BE(at);
        if (size > limit()) return undefined;
        if (filled - at < HEADER + size) break;
        texts.push(buffer.toString('utf8', at + HEADER, at + HEADER + size));
        at += HEADER + size;
      }
      if (at > 0) dropFirst(at);
      return texts;
    },
  };
}
