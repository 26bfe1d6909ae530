import type { Applied, Share } from './data-plane.ts';
import type { ProxyOptions } from './options.ts';
import type { SharedMemory } from './shared/shared-memory.ts';
import type { TailedLines, Watch } from './tail/tail.ts';
import type { MetricsReport } from './telemetry/report.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly options: ProxyOptions;
  readonly memory: SharedMemory;
  /** Of the memory: the one that this worker writes. */
  readonly lane: number;
}

/**
 * What the main thread asks of a worker. Every question with an `id` gets one {@link Answer} with the same. A delta goes as JSON:
 * what is made of that is smaller, and made in half the time, than a structured clone.
 */
export type Question =
  | { readonly kind: 'apply'; readonly id: number; readonly delta: string; readonly share: Share }
  | { readonly kind: 'metrics'; readonly id: number }
  /** Answered when there are lines, or another such question comes. */
  | { readonly kind: 'tail'; readonly id: number; readonly watches: readonly Watch[] }
  | {
      readonly kind: 'drain';
      readonly id: number;
      readonly deadline: number;
      readonly patient: boolean;
      readonly delay: number;
    };

export type Answer =
  | { readonly kind: 'applied'; readonly id: number; readonly applied: Applied }
  | { readonly kind: 'metrics'; readonly id: number; readonly report: MetricsReport }
  | { readonly kind: 'tailed'; readonly id: number; readonly lines: readonly TailedLines[] }
  | { readonly kind: 'drained'; readonly id: number; readonly report: MetricsReport }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
