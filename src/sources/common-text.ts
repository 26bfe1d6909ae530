type Same = (length: number) => boolean;

/** The greatest length that is the same, of those up to `most`. Comparing whole pieces is far faster than characters. */
function greatest(most: number, same: Same): number {
  let [known, above] = [0, most + 1];
  while (above - known > 1) {
    const middle = (known + above) >>> 1;
    if (same(middle)) known = middle;
    else above = middle;
  }
  return known;
}

/** How many UTF-16 units two texts have in common at their starts, and of the rest at their ends. */
export function commonText(a: string, b: string): { readonly start: number; readonly end: number } {
  const most = Math.min(a.length, b.length);
  const start = greatest(most, length => a.slice(0, length) === b.slice(0, length));
  const end = greatest(most - start, length => a.slice(a.length - length) === b.slice(b.length - length));
  return { start, end };
}
