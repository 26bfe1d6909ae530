import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hash,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { type Opened, OpenedTokens } from './opened-tokens.ts';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;
/** Version, id of the key, nonce. */
const FRONT = 2 + NONCE;
const ISSUED = 6;
const SHARE = 16;
/** Endpoints are filled up to a multiple of this: how long an address is says something of it. */
const STEP = 64;
const FIXED = ISSUED + SHARE;
const LEAST = FRONT + FIXED + STEP + TAG;
/** Characters of the longest token: that of a host name of 253. */
const MOST = Math.ceil(((LEAST + 4 * STEP) * 4) / 3);
/** Tokens kept open by one thread; each takes about 500 bytes. */
const KEPT = 8_192;

interface Key {
  readonly id: number;
  readonly secret: KeyObject;
}

/** The name of a share of a rule (a backend, and which one of several with its name), of constant length. */
export function shareKey(backend: string, nth: number): string {
  return hash('sha256', `${backend}\n${nth}`, 'buffer').toString('latin1', 0, SHARE);
}

/**
 * Seals what a session goes by (AES-256-GCM), so that clients can neither read it nor make it up, and opens it. What was sealed
 * for one rule can't be opened for another: its `binding` is authenticated with it.
 */
export class TokenBox {
  /** Those from the start. */
  private readonly own: readonly Key[];
  private keys: readonly Key[];
  /** Of clients that sent theirs: those that never send one back, as probes do, take no place in it. */
  private readonly opened = new OpenedTokens(KEPT);
  private readonly random = Buffer.alloc(NONCE * 256);
  private drawn: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;

  /** @param keys of 32 bytes; the first seals, all open */
  constructor(keys: readonly Uint8Array[], now: () => number = Date.now) {
    this.own = keys.map(keyOf);
    this.keys = this.own;
    this.drawn = this.random.length;
    this.now = now;
  }

  /** From now on the first of these seals; they open, and those from the start. */
  use(keys: readonly Uint8Array[]): void {
    this.keys = [...keys.map(keyOf), ...this.own];
  }

  /** Base64url. */
  seal(binding: string, share: string, endpoint: string): string {
    const { id, secret } = this.keys[0]!;
    const plain = Buffer.alloc(FIXED + Math.max(1, Math.ceil(endpoint.length / STEP)) * STEP);
    plain.writeUIntBE(this.now(), 0, ISSUED);
    plain.write(share, ISSUED, SHARE, 'latin1');
    plain.write(endpoint, FIXED, 'latin1');
    const nonce = this.nonce();
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    cipher.setAAD(boundTo(id, binding));
    const sealed = cipher.update(plain);
    cipher.final();
    return Buffer.concat([Buffer.of(VERSION, id), nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** How many tokens are kept open. */
  get kept(): number {
    return this.opened.size;
  }

  /** What a token says; undefined if it is none of ours, or one of another rule. */
  open(text: string, binding: string): Opened | undefined {
    const known = this.opened.get(text);
    if (known !== undefined) return known.binding === binding ? known : undefined;
    const bytes = decode(text);
    if (bytes === undefined) return undefined;
    for (const key of this.keys) {
      const plain = key.id === bytes[1] ? decrypt(key, bytes, binding) : undefined;
      if (plain === undefined) continue;
      const opened = read(plain, binding);
      this.opened.add(text, opened);
      return opened;
    }
    return undefined;
  }

  private nonce(): Buffer {
    if (this.drawn === this.random.length) {
      randomFillSync(this.random);
      this.drawn = 0;
    }
    this.drawn += NONCE;
    return this.random.subarray(this.drawn - NONCE, this.drawn);
  }
}

function keyOf(key: Uint8Array): Key {
  return { id: idOf(key), secret: createSecretKey(key) };
}

/** Tells the keys of a file apart without trying them; one byte says nothing of 32 random ones. */
function idOf(key: Uint8Array): number {
  return createHash('sha256').update('sluice session key\n').update(key).digest()[0]!;
}

function boundTo(id: number, binding: string): Buffer {
  return Buffer.from(`${VERSION} ${id}\n${binding}`);
}

/** The bytes of a text that could be a token. */
function decode(text: string): Buffer | undefined {
  if (text.length > MOST) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // The decoder passes over what is no base64: then there are too few.
  const whole = bytes.length === Math.floor((text.length * 3) / 4);
  const fits = bytes.length >= LEAST && (bytes.length - LEAST) % STEP === 0;
  return whole && fits && bytes[0] === VERSION ? bytes : undefined;
}

function decrypt({ id, secret }: Key, bytes: Buffer, binding: string): Buffer | undefined {
  const end = bytes.length - TAG;
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(2, FRONT), { authTagLength: TAG });
  decipher.setAAD(boundTo(id, binding));
  decipher.setAuthTag(bytes.subarray(end));
  const plain = decipher.update(bytes.subarray(FRONT, end));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

function read(plain: Buffer, binding: string): Opened {
  const end = plain.indexOf(0, FIXED);
  return {
    binding,
    share: plain.toString('latin1', ISSUED, FIXED),
    endpoint: plain.toString('latin1', FIXED, end < 0 ? plain.length : end),
    issued: plain.readUIntBE(0, ISSUED),
  };
}
