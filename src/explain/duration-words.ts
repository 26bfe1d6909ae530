/** A duration in ms as manifests have it: `10s`, `250ms`. */
export function durationWords(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
