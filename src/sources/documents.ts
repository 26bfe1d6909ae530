/**
 * Where one YAML document is in the text of its file, in UTF-16 units. Only offsets: a piece of a string keeps all of the
 * string in memory.
 */
export interface Document {
  /** Of its `---`, or of its first line where it has none. */
  readonly from: number;
  /** After a bare `---`. */
  readonly start: number;
  /** Of the next marker, or the end of the file. */
  readonly end: number;
}

const MARKERS = ['\n---', '\n...'] as const;

/** A marker stands alone: what follows it is blank, a line end or the end of the text. */
function endsMarker(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === 0x0a || code === 0x0d || code === 0x20 || code === 0x09;
}

/** Offsets of the lines that are `marker` (given with the line feed before it), by searching for it: no line is cut out. */
function markerLines(text: string, marker: string): number[] {
  const found: number[] = [];
  if (text.startsWith(marker.slice(1)) && endsMarker(text, 3)) found.push(0);
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, at + 1)) {
    if (endsMarker(text, at + 4)) found.push(at + 1);
  }
  return found;
}

/** Where documents may start. A `...` ends one, so the next starts on the line after it. */
function boundaries(text: string): number[] {
  const starts = markerLines(text, MARKERS[0]);
  const ends = markerLines(text, MARKERS[1]).map(at => {
    const lineEnd = text.indexOf('\n', at);
    return lineEnd === -1 ? text.length : lineEnd + 1;
  });
  if (starts[0] !== 0) starts.unshift(0);
  return ends.length === 0 ? starts : [...new Set([...starts, ...ends])].sort((a, b) => a - b);
}

type Filling = 'content' | 'directives' | 'nothing';

function skipLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** Looks no further than the first character that is neither blank nor of a comment, a directive or the marker. */
function fillingOf(text: string): Filling {
  let filling: Filling = 'nothing';
  let at = text.startsWith('---') && endsMarker(text, 3) ? 3 : 0;
  if (text.startsWith('...') && endsMarker(text, 3)) at = 3;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '#') at = skipLine(text, at);
    else if (character === '%' && (at === 0 || text[at - 1] === '\n')) {
      filling = 'directives';
      at = skipLine(text, at);
    } else if (character !== '\n' && character !== '\r' && character !== ' ' && character !== '\t') return 'content';
  }
  return filling;
}

/** A bare marker says nothing of the document after it, which is the same document as the first of a file. */
function markerLength(text: string): number {
  return text.startsWith('---\n') ? 4 : text.startsWith('---\r\n') ? 5 : 0;
}

/**
 * Cuts the text of a file, or a region of it that starts with a line, into its YAML documents (YAML 1.2 §9.2: a line `---`
 * or `...` at the first column always ends a document, inside of a block scalar too). Documents of blanks and comments
 * are left out; directives stay with theirs.
 */
export function splitDocuments(text: string, regionStart = 0, regionEnd = text.length): Document[] {
  const base = regionStart === 0 && text.startsWith('\uFEFF') ? 1 : regionStart;
  const region = text.slice(base, regionEnd);
  const starts = boundaries(region);
  const documents: Document[] = [];
  let from = 0;
  for (let index = 0; index < starts.length; index++) {
    const end = starts[index + 1] ?? region.length;
    const part = region.slice(from, end);
    const filling = fillingOf(part);
    if (filling === 'directives' && end < region.length) continue;
    if (filling !== 'nothing') {
      documents.push({ from: base + from, start: base + from + markerLength(part), end: base + end });
    }
    from = end;
  }
  return documents;
}
