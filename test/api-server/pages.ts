import type { RawObject } from '../../src/kubernetes/index.ts';
import { type Answer, refusal } from './answer.ts';

/** A part of a list, and how to ask for the next. */
export interface Page {
  readonly objects: readonly RawObject[];
  readonly metadata: object;
}

interface Rest {
  readonly objects: readonly RawObject[];
  readonly revision: number;
}

/** Lists in parts, each of them a snapshot of the moment the first part was asked for. */
export interface Pages {
  first(objects: readonly RawObject[], revision: number, limit: number): Page;
  next(token: string, limit: number): Page | Answer;
  /** Continue tokens are no longer known. */
  expire(): void;
}

export function createPages(): Pages {
  const rests = new Map<string, Rest>();
  let issued = 0;

  function page({ objects, revision }: Rest, limit: number): Page {
    const rest = limit > 0 ? objects.slice(limit) : [];
    const metadata = { resourceVersion: String(revision) };
    if (rest.length === 0) return { objects, metadata };
    const token = `page-${++issued}`;
    rests.set(token, { objects: rest, revision });
    return {
      objects: objects.slice(0, limit),
      metadata: { ...metadata, continue: token, remainingItemCount: rest.length },
    };
  }

  return {
    first: (objects, revision, limit) => page({ objects, revision }, limit),
    next(token, limit) {
      const rest = rests.get(token);
      rests.delete(token);
      if (!rest) return refusal(410, 'The provided continue parameter is too old to display a consistent list result.');
      return page(rest, limit);
    },
    expire: () => rests.clear(),
  };
}
