import { type ErrorCode, parseDocument, type Document as YamlDocument } from 'yaml';

/** Why a text is not readable, and where: `offset` counts UTF-16 units from its start. */
export interface TextError {
  readonly message: string;
  readonly offset: number;
}

export type ParsedText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: TextError };

/** How often one anchor may be expanded: beyond, a few hundred bytes would unfold into gigabytes. */
const MAX_ALIASES = 100;

const OPTIONS = {
  merge: true,
  stringKeys: true,
  uniqueKeys: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab indents this line; YAML indents with spaces only',
  DUPLICATE_KEY: 'this key is already given in the same mapping; each key may stand once',
  BAD_INDENT: 'the indentation does not fit the lines above; items of one mapping or list start at the same column',
  BLOCK_AS_IMPLICIT_KEY:
    "a second ': ' on one line; put a value that holds ': ' in quotes, or a nested mapping on its own lines",
  BLOCK_IN_FLOW: "inside of { } and [ ] items are separated by ','",
  BAD_SCALAR_START: 'a plain value cannot start with this character; put it in quotes',
  MULTILINE_IMPLICIT_KEY: "this line has no ': ' and is not a value; a key stands on one line, followed by ': '",
  BAD_DQ_ESCAPE: 'this is not an escape of a double-quoted string; write \\\\ for a backslash, or use single quotes',
  NON_STRING_KEY: 'this key is a collection; if it is a {{ template }}, render it first',
  UNEXPECTED_TOKEN: 'something stands after the end of a value; check quotes, brackets and the indentation',
};

/** Levels of a document: no object of Kubernetes has a tenth of them, and whatever walks a value has a stack. */
const MAX_DEPTH = 500;
const TOO_DEEP = `collections are nested too deeply; ${MAX_DEPTH} levels are the most`;
const UNCLOSED = 'a { or [ above is not closed, or what is in it is not indented further than its key';

/** One code of the library stands for many things that are missing; the start of its own words tells them apart. */
const MISSING: readonly (readonly [start: string, message: string])[] = [
  ['Flow', UNCLOSED],
  ['Missing , ', "a ',' is missing before this place"],
  ['Missing space after :', "a space is missing after the ':'"],
  ['Missing closing', 'a closing quote is missing'],
  ['Implicit map keys', "this line has no ': ' and is not a value; a key is followed by ': '"],
  ['Sequence item', "this line is in a list and does not start with '- '"],
  ['Comments must', "a space is missing before the '#' of a comment"],
];

function asClause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function describe(document: YamlDocument): TextError | undefined {
  const first = document.errors[0];
  if (first === undefined) return undefined;
  // How deep is too deep goes by the stack that is left: the place would be chance.
  if (first.code === 'RESOURCE_EXHAUSTION') return { message: TOO_DEEP, offset: 0 };
  const missing = MISSING.find(([start]) => first.message.startsWith(start))?.[1];
  const message = missing ?? MESSAGES[first.code] ?? asClause(first.message);
  return { message, offset: first.pos[0] };
}

const ALIAS = /\(the anchor must be set before the alias\): (.*)$/;

/** The library throws where an alias has no anchor or unfolds into too much, on `<<` of a scalar, and in deep recursion. */
function describeThrown(error: unknown, text: string): TextError {
  const alias = error instanceof ReferenceError ? ALIAS.exec(error.message)?.[1] : undefined;
  if (alias !== undefined) {
    return {
      message: `the alias *${alias} has no anchor &${alias} before it`,
      offset: Math.max(0, text.indexOf(`*${alias}`)),
    };
  }
  if (error instanceof ReferenceError) {
    return { message: `aliases unfold into too much; each anchor may be used ${MAX_ALIASES} times`, offset: 0 };
  }
  if (error instanceof RangeError) return { message: TOO_DEEP, offset: 0 };
  const message = error instanceof Error ? error.message : String(error);
  return { message: asClause(message), offset: Math.max(0, text.indexOf('<<')) };
}

/** JSON needs no positions while it is right, and is read much faster as what it is. */
function parseJson(text: string): ParsedText | undefined {
  const first = /^\s*([[{])/.exec(text);
  if (first === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return undefined;
  }
}

function parseYaml(text: string): ParsedText {
  try {
    const document = parseDocument(text, OPTIONS);
    const error = describe(document);
    return error ? { ok: false, error } : { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    return { ok: false, error: describeThrown(error, text) };
  }
}

/** Reads the text of one document, YAML or JSON. Never throws on what a user wrote. */
export function parseText(text: string): ParsedText {
  const parsed = parseJson(text) ?? parseYaml(text);
  const tooDeep = parsed.ok && isDeeper(parsed.value, MAX_DEPTH);
  return tooDeep ? { ok: false, error: { message: TOO_DEEP, offset: 0 } } : parsed;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(inner => isDeeper(inner, levels - 1));
}

/** The syntax tree of a text that is readable, for positions; it costs about ten times its text. */
export function parseTree(text: string): YamlDocument {
  return parseDocument(text, OPTIONS);
}
