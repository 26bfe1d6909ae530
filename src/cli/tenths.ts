/** Rounded to one digit. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
