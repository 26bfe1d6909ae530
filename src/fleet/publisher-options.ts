import type { Applied, BindFailure, ProxyWorker, SharedMemory } from '../proxy/index.ts';

export interface PublisherOptions {
  /** Workers at the beginning; default 1. */
  readonly workers?: number;
  /** As many as there will ever be; default: `workers`, and some more. */
  readonly most?: number;
  /** A worker that runs already. */
  readonly first?: ProxyWorker;
  /** Starts one worker. */
  readonly start: (memory: SharedMemory, lane: number) => ProxyWorker;
  /** A worker died; a new one is being started and gets the whole configuration. So many others serve. */
  readonly onDeath: (message: string, others: number) => void;
  /** The new one serves; `whole`: no other is missing. */
  readonly onReplaced: (applied: Applied, whole: boolean) => void;
  /** Workers did not acknowledge a change in time, or (0) all do again. */
  readonly onSilent?: (count: number) => void;
  /** A thread has begun, or is no more. */
  readonly onStarted?: (worker: ProxyWorker) => void;
  readonly onEnded?: (worker: ProxyWorker) => void;
  /** A worker could not open a socket that others have. */
  readonly onUnbound?: (failure: BindFailure) => void;
  /** How long the event loop of a worker may stand still, in ms; default 10,000. */
  readonly patience?: number;
  /** How long a worker may take to acknowledge a change, in ms; default 5,000. */
  readonly ackTime?: number;
  /** Of this program: told where a unit is not understood. */
  readonly version?: string;
  /** As what units are kept; default `objects`. `texts` take a third of the memory, where nobody else has the objects. */
  readonly keep?: 'objects' | 'texts';
}
