import type { Delta } from '../ir/index.ts';
import type { Applied } from './data-plane.ts';

/** What the main thread asks of a worker. Every question with an `id` gets one {@link Answer} with the same. */
export type Question =
  | { readonly kind: 'apply'; readonly id: number; readonly delta: Delta }
  | { readonly kind: 'metrics'; readonly id: number }
  | { readonly kind: 'drain'; readonly id: number; readonly deadline: number };

export type Answer =
  | { readonly kind: 'applied'; readonly id: number; readonly applied: Applied }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string }
  | { readonly kind: 'drained'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
