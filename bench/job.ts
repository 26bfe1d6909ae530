/** What every proxy of the comparison is asked to do; ports are free ones of 127.0.0.1. */
export interface Job {
  /** Routes of one host; each has the same filters and the same backend. */
  readonly routes: number;
  readonly listenPort: number;
  readonly backendPort: number;
  /** An empty directory of its own. */
  readonly dir: string;
  /** nginx and HAProxy also write X-Forwarded-* and X-Request-Id, which Sluice and Envoy always do. */
  readonly forwarded: boolean;
}

export interface Running {
  /** Root of the process tree whose CPU time and memory count. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Peer {
  readonly name: string;
  /** The flag of the bench that asks for it; absent: it is always there. */
  readonly askedBy?: 'accessLog' | 'workers';
  /** Path of the program, or undefined when it is not installed. */
  find(): string | undefined;
  /** Resolves once `listenPort` answers; rejects with what the program said. */
  start(program: string, job: Job): Promise<Running>;
}

export const HOST = 'shop.example';
/** The backend answers 421 to a request without it, so a proxy that skips its filter is seen. */
export const REQUEST_HEADER = { name: 'X-Bench-Request', value: 'one' } as const;
export const RESPONSE_HEADER = { name: 'X-Bench-Response', value: 'two' } as const;
export const UPSTREAM_TIMEOUT_SECONDS = 10;

/** Path prefix of route `index`, from 0; all of one length. */
export function routePath(index: number): string {
  return `/app-${String(index).padStart(4, '0')}`;
}
