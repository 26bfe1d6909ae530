import type { Problem } from '../../resources/index.ts';

/** Who the controller is to its proxies: a CA of its own, and a certificate for its Service, in a Secret of its namespace. */
export interface Identity {
  /** The leader makes and renews them; others read them. */
  lead(leading: boolean): void;
  /** Resolves when there are credentials. */
  ready(): Promise<void>;
  /** What is shown to proxies, PEM. Of now: they change. Throws before `ready`. */
  credentials(): { readonly key: string; readonly cert: string };
  /** PEM of the CAs that proxies are to trust: the one of now, and while it is replaced the other one. Throws before `ready`. */
  authorities(): string;
  /**
   * Secrets of 32 bytes that follow from the CA's key, the one of now first: the same in all replicas, for each purpose
   * others, until the CA is another one. None where others issue the certificates.
   */
  derive(purpose: string): readonly Uint8Array[];
  problems(): readonly Problem[];
  close(): void;
}

export interface IdentityEvents {
  /** Other credentials or authorities than before. */
  readonly onChange: () => void;
  readonly onProblems: () => void;
}
