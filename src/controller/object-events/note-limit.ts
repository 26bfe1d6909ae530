/** Of one object only so much is told. */
export interface NoteLimit {
  /** False: there is too much of it now. */
  take(key: string): boolean;
}

/** At most `most` within each `window` ms. */
export function createNoteLimit(
  { most, window }: { readonly most: number; readonly window: number },
  now: () => number = () => performance.now(),
): NoteLimit {
  const counts = new Map<string, number>();
  let began = now();
  return {
    take(key) {
      if (now() - began >= window) {
        counts.clear();
        began = now();
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= most;
    },
  };
}
