/** Those that are named in a sentence; of thousands nobody reads, and a condition holds 32,768 characters. */
const MOST = 16;

/** `a, b and 7 more`. */
export function listed(names: readonly string[], separator = ', '): string {
  const named = names.slice(0, MOST).join(separator);
  return names.length > MOST ? `${named} and ${names.length - MOST} more` : named;
}
