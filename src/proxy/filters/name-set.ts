/**
 * Hash of a header name by its lower-case characters: h = h * 31 + char, in 32 bits, from 0. The codec computes the
 * same one byte by byte while it parses.
 */
export function nameHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + lowerCase(name.charCodeAt(i))) | 0;
  return hash;
}

function lowerCase(char: number): number {
  return char >= 65 && char <= 90 ? char | 32 : char;
}

/** Header names, to be met by their bytes in a message (any case) without making a string. */
export class NameSet {
  readonly names: readonly string[];
  private readonly hashes: readonly number[];
  /** One bit per low five bits of a hash: most headers are told apart by it alone. */
  private readonly bits: number;

  constructor(names: Iterable<string>) {
    this.names = Object.freeze([...new Set(Array.from(names, name => name.toLowerCase()))]);
    this.hashes = this.names.map(nameHash);
    this.bits = this.hashes.reduce((bits, hash) => bits | (1 << (hash & 31)), 0);
  }

  /** Is the name bytes[start, end), whose {@link nameHash} is `hash`, one of these? */
  has(hash: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (((this.bits >>> (hash & 31)) & 1) === 0) return false;
    for (let i = 0; i < this.hashes.length; i++) {
      if (this.hashes[i] === hash && sameName(this.names[i]!, bytes, start, end)) return true;
    }
    return false;
  }
}

function sameName(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) !== lowerCase(bytes[start + i]!)) return false;
  }
  return true;
}
