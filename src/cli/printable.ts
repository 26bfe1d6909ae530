/** C0 and C1 controls, DEL, line separators, and what turns the direction of text around. */
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text out of manifests and names of files, for a terminal: what would move its cursor, change its title or begin a line
 * of its own is shown as an escape, so that nobody's file can speak for Sluice.
 */
export function printable(text: string): string {
  return text.replace(UNSEEN, shown);
}

/** The same for several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function shown(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
}
