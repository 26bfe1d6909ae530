/** What a token says, once it is known to be ours. */
export interface Opened {
  /** The rule that it was made for. */
  readonly binding: string;
  /** The share of the rule, as `shareKey` names it. */
  readonly share: string;
  /** `address:port`. */
  readonly endpoint: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
}

/**
 * Tokens that were opened lately, so that a client pays for its token once. Two generations of bounded size: what is asked
 * for again moves to the young one, and the old one is forgotten whole.
 */
export class OpenedTokens {
  private young = new Map<string, Opened>();
  private old = new Map<string, Opened>();
  private readonly half: number;

  /** @param size the most tokens that are kept */
  constructor(size: number) {
    this.half = Math.ceil(size / 2);
  }

  get(text: string): Opened | undefined {
    const opened = this.young.get(text);
    if (opened !== undefined) return opened;
    const older = this.old.get(text);
    if (older !== undefined) this.add(text, older);
    return older;
  }

  add(text: string, opened: Opened): void {
    if (this.young.size >= this.half) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(text, opened);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }
}
