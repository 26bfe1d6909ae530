const LONGEST_S = 30;

/** Statuses that may come with a time after which to ask again. */
const ASK_AGAIN: readonly number[] = [429, 500, 502, 503, 504];

/** How long to wait before asking again, in ms, at most 30 s; undefined: the server did not ask for that. */
export function retryAfterMs(status: number, header: string | undefined): number | undefined {
  if (!ASK_AGAIN.includes(status) || header === undefined || !/^\d+$/.test(header)) return undefined;
  return Math.min(Number(header), LONGEST_S) * 1000;
}
