const BACKSLASH_CLASS = /\\(?:[pPx]\{[^}]*\}|[\s\S])/y;
const BRACKET_CLASS = /\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]/y;
const OF_UNICODE = /\\[pP]/;
/** A class of Unicode stands for hundreds of ranges, which make its automaton as dear as so many atoms. */
const UNICODE_SIZE = 10;
const REPETITION = /\{(\d+)(?:,(\d*))?\}/y;

/**
 * About how many instructions RE2 makes of a pattern: one for each atom (more for a class of Unicode), repetitions written out. Compiling takes time
 * and memory in proportion, so that `.{1000}` a hundred times over is known for what it is without being compiled.
 */
export function regexSize(pattern: string): number {
  const outer: number[] = [];
  let size = 0;
  let atom = 0;
  for (let at = 0; at < pattern.length; ) {
    const length = lengthAt(pattern, at);
    const [, least, most] = (pattern[at] === '{' && matchAt(REPETITION, pattern, at)) || [];
    if (least !== undefined) size += atom * Math.max(Number(least), Number(most ?? 0), 1) - atom;
    else if (pattern[at] === '(') {
      outer.push(size);
      size = 0;
      atom = 1;
    } else if (pattern[at] === ')') {
      atom = size + 1;
      size = atom + (outer.pop() ?? 0);
    } else {
      atom = OF_UNICODE.test(pattern.slice(at, at + length)) ? UNICODE_SIZE : 1;
      size += atom;
    }
    at += length;
  }
  return outer.reduce((sum, part) => sum + part, size);
}

/** How far the atom or operator at a place goes. */
function lengthAt(pattern: string, at: number): number {
  const found =
    pattern[at] === '{'
      ? matchAt(REPETITION, pattern, at)
      : pattern[at] === '\\'
        ? matchAt(BACKSLASH_CLASS, pattern, at)
        : pattern[at] === '['
          ? matchAt(BRACKET_CLASS, pattern, at)
          : undefined;
  return found?.[0]?.length ?? 1;
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}
