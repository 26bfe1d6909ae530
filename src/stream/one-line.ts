/** A text of somebody else's as it may be shown: one line, no control characters, no longer than that. */
export function oneLine(text: string, most = 1_000): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
