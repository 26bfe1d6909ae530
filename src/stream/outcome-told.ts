import type { Named } from './messages.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';

/** A unit that can't be obeyed, perhaps of a kind that this program does not know. */
export interface Complaint extends Named {
  readonly message: string;
}

/** Failures, and rejections, that a message names; a controller that hears of so many is told enough. */
const MOST = 500;
const LENGTH = 500;

/** An outcome as it is told: never more than the other side takes. */
export function outcomeTold({ failures, rejections }: Outcome, unknown: Iterable<Complaint>) {
  return {
    failures: failures.slice(0, MOST).map(each => ({ ...each, message: oneLine(each.message, LENGTH) })),
    rejections: [...unknown, ...rejections]
      .slice(0, MOST)
      .map(({ kind, name, message }) => ({ kind, name, message: oneLine(message, LENGTH) })),
  };
}
