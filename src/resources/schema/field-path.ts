/** A field name, a position in a list (from 0), or a key of a map. */
export type Segment = string | number;

const NAME = /^[A-Za-z_$][-A-Za-z0-9_$]*$/;

/** `spec.rules[0].matches`; what is no plain name stands in brackets: `metadata.labels[example.com/team]`. */
export function formatPath(segments: readonly Segment[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number' || !NAME.test(segment)) path += `[${segment}]`;
    else path += path === '' ? segment : `.${segment}`;
  }
  return path;
}

/** The inverse of {@link formatPath}; digits in brackets are a position. */
export function parsePath(path: string): Segment[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, inBrackets]) => {
    if (inBrackets === undefined) return whole;
    return /^[0-9]+$/.test(inBrackets) ? Number(inBrackets) : inBrackets;
  });
}
