import { isAfter } from '../../kubernetes/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import type { Live } from './status-live.ts';

/** What is to stand in a status; `status` undefined: nothing of ours. The same wish is the same object. */
export interface Wish {
  readonly status: object | undefined;
}

/** All that the writer knows of one object. */
export interface Slot {
  readonly object: ObjectRef;
  /** Undefined: it does not exist, as far as we know. */
  live: Live | undefined;
  /** The resourceVersion that an answer gave us and the watch has not reached yet. */
  ahead: string | undefined;
  wish: Wish | undefined;
  /** Writes that failed in a row. */
  failures: number;
  /** The last of them because somebody else was quicker. */
  overtaken: boolean;
  /** What the API server will not have. */
  refused: Wish | undefined;
  /** What was written last. */
  done: Wish | undefined;
  /** What was written and did not come out as merged (a CRD prunes what it does not know): as near as it gets. */
  settled: { readonly wish: Wish; readonly resourceVersion: string } | undefined;
}

export function emptySlot(object: ObjectRef): Slot {
  return {
    object,
    live: undefined,
    ahead: undefined,
    wish: undefined,
    failures: 0,
    overtaken: false,
    refused: undefined,
    done: undefined,
    settled: undefined,
  };
}

/** What the watch shows; it lags behind the answers to our own writes. */
export function see(slot: Slot, live: Live): void {
  if (slot.ahead !== undefined && isAfter(slot.ahead, live.resourceVersion)) return;
  slot.live = live;
  slot.ahead = undefined;
}

/** It is gone; what comes under that name is another object. */
export function lose(slot: Slot): void {
  const { object, wish } = slot;
  Object.assign(slot, { ...emptySlot(object), wish });
}

/** What an answer shows. An object that was made anew is another one: the watch will tell of it. */
export function learn(slot: Slot, live: Live): void {
  if (!slot.live || isAfter(slot.live.resourceVersion, live.resourceVersion)) return;
  if (live.uid !== slot.live.uid) lose(slot);
  else {
    if (live.resourceVersion !== slot.live.resourceVersion) slot.ahead = live.resourceVersion;
    slot.live = live;
  }
}

export function isSettled({ settled, live }: Slot, wish: Wish): boolean {
  return settled?.wish === wish && settled.resourceVersion === live?.resourceVersion;
}
