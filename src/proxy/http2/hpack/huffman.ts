import { CODE_LENGTHS, CODES, END_OF_STRING } from './huffman-code.ts';

/** What a step of the decoder says: next state in the low byte, a symbol in the next one, and these. */
const EMIT = 1 << 16;
const FAIL = 1 << 17;
/** A state for each inner node of the code's tree, and in each a step for each half of a byte. */
const STEPS = new Int32Array(256 * 16);
/** 1 for a state in which a string may end: up to seven ones, the beginning of the end of the string (§5.2). */
const MAY_END = new Uint8Array(256);
buildSteps();

type Node = [Node | number | undefined, Node | number | undefined];

function tree(): Node {
  const root: Node = [undefined, undefined];
  for (let symbol = 0; symbol <= END_OF_STRING; symbol++) plant(root, symbol);
  return root;
}

function plant(root: Node, symbol: number): void {
  let node = root;
  for (let bit = CODE_LENGTHS[symbol]! - 1; bit > 0; bit--) {
    const side = (CODES[symbol]! >>> bit) & 1;
    node[side] ??= [undefined, undefined];
    node = node[side] as Node;
  }
  node[CODES[symbol]! & 1] = symbol;
}

function buildSteps(): void {
  const root = tree();
  const nodes: Node[] = [root];
  for (const node of nodes) for (const child of node) if (Array.isArray(child)) nodes.push(child);
  const states = new Map(nodes.map((node, state) => [node, state]));
  for (const [node, state] of states) {
    for (let half = 0; half < 16; half++) STEPS[(state << 4) | half] = step(root, node, half, states);
  }
  let ones: Node | number | undefined = root;
  for (let bits = 0; bits <= 7 && Array.isArray(ones); bits++, ones = ones[1]) MAY_END[states.get(ones)!] = 1;
}

/** No code is shorter than half a byte, so a step comes to one symbol at most. */
function step(root: Node, from: Node, half: number, states: ReadonlyMap<Node, number>): number {
  let node = from;
  let result = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = node[(half >>> bit) & 1];
    if (next === undefined || next === END_OF_STRING) return FAIL;
    if (typeof next === 'number') result = EMIT | (next << 8);
    node = typeof next === 'number' ? root : next;
  }
  return result | states.get(node)!;
}

/** Most bytes that `count` coded ones can stand for. */
export function mostDecoded(count: number): number {
  return Math.ceil((count * 8) / 5);
}

/** Decodes bytes [start, end) to `out` at `at`, which has room; the position behind what was written, or -1 (§5.2). */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let state = 0;
  let to = at;
  let all = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    const high = STEPS[(state << 4) | (byte >> 4)]!;
    if ((high & EMIT) !== 0) out[to++] = high >> 8;
    const low = STEPS[((high & 255) << 4) | (byte & 15)]!;
    if ((low & EMIT) !== 0) out[to++] = low >> 8;
    state = low & 255;
    all |= high | low;
  }
  return (all & FAIL) === 0 && MAY_END[state] === 1 ? to : -1;
}

/** How many bytes the code of bytes [start, end) takes. */
export function huffmanLength(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  for (let i = start; i < end; i++) bits += CODE_LENGTHS[bytes[i]!]!;
  return (bits + 7) >>> 3;
}

/** Writes the code of bytes [start, end) to `out` at `at`, which has room; the position behind it. */
export function huffmanEncode(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  // The low `waiting` bits of `bits` are still to be written; a code of more than 24 comes in two parts.
  let bits = 0;
  let waiting = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    const code = CODES[byte]!;
    let length = CODE_LENGTHS[byte]!;
    if (length > 24) {
      bits = (bits << (length - 16)) | (code >>> 16);
      waiting += length - 16;
      while (waiting >= 8) {
        waiting -= 8;
        out[to++] = bits >>> waiting;
      }
      length = 16;
    }
    bits = (bits << length) | (code & ((1 << length) - 1));
    waiting += length;
    while (waiting >= 8) {
      waiting -= 8;
      out[to++] = bits >>> waiting;
    }
  }
  if (waiting > 0) out[to++] = (bits << (8 - waiting)) | (0xff >>> waiting);
  return to;
}
