/**
 * As much of Helm's template language as our chart is written in: `if`, `range` over lists and maps, `toJson`, `print`,
 * `default`, paths and comments. An own reading of it, so that a chart that says something else than the plain YAML is noticed.
 */
export interface Scope {
  readonly Values: unknown;
  readonly Release: { readonly Namespace: string };
  readonly Chart: { readonly AppVersion: string };
}

/** The text that a template comes to; throws on what is not of the language. */
export function helmTemplate(text: string, scope: Scope): string {
  const pieces = text.split(/(\{\{-?[\s\S]*?-?\}\})/).map((piece, at, all) => trimmed(piece, all[at - 1], all[at + 1]));
  const rest = [...pieces];
  const written = block(rest, new Map([['', scope as unknown]]));
  if (rest.length > 0) throw new Error(`an end without a beginning before: ${rest.join('').slice(0, 80)}`);
  return written;
}

type Names = ReadonlyMap<string, unknown>;

function trimmed(piece: string, before = '', after = ''): string {
  if (piece.startsWith('{{')) return piece;
  const start = before.endsWith('-}}') ? piece.trimStart() : piece;
  return after.startsWith('{{-') ? start.trimEnd() : start;
}

/** Takes pieces up to the `end` of the block. */
function block(rest: string[], names: Names): string {
  let written = '';
  for (let piece = rest.shift(); piece !== undefined; piece = rest.shift()) {
    const action = /^\{\{-?\s*([\s\S]*?)\s*-?\}\}$/.exec(piece)?.[1];
    if (action === undefined) written += piece;
    else if (action === 'end') return written;
    else if (!action.startsWith('/*')) written += act(action, rest, names);
  }
  return written;
}

function act(action: string, rest: string[], names: Names): string {
  const [word] = action.split(' ', 1);
  switch (word) {
    case 'if':
      return around(rest, inner => (isEmpty(meaning(action.slice(3), names)) ? '' : block(inner, names)));
    case 'range':
      return around(rest, inner =>
        turns(action.slice(6), names)
          .map(own => block([...inner], own))
          .join(''),
      );
    default:
      return textOf(meaning(action, names));
  }
}

/** Cuts what stands up to the `end` of this block, which may hold others. */
function around(rest: string[], write: (inner: string[]) => string): string {
  let depth = 1;
  const end = rest.findIndex(piece => {
    if (/^\{\{-?\s*(if|range)\s/.test(piece)) depth++;
    else if (/^\{\{-?\s*end\s/.test(piece)) depth--;
    return depth === 0;
  });
  if (end < 0) throw new Error('a block without an end');
  const inner = rest.splice(0, end + 1);
  return write(inner.slice(0, -1));
}

function turns(range: string, names: Names): readonly Names[] {
  const [, key, member, path = range] = /^(\$\w+), (\$\w+) := (.*)$/.exec(range) ?? [];
  const value = meaning(path, names);
  if (Array.isArray(value)) return value.map(item => new Map([...names, ['', item]]));
  const members = Object.entries(Object(value)).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([name, own]) => new Map([...names, [key ?? '', name], [member ?? '', own]]));
}

/** `toJson (print "a" .Values.b)`. */
function meaning(expression: string, names: Names): unknown {
  const words = expression.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+/g) ?? [];
  const value = call([...words], names);
  return value;
}

function call(words: string[], names: Names): unknown {
  const [name = ''] = words;
  if (!/^[a-zA-Z]+$/.test(name)) return operand(words, names);
  words.shift();
  const operands: unknown[] = [];
  while (words.length > 0 && words[0] !== ')') operands.push(operand(words, names));
  const apply = FUNCTIONS[name];
  if (!apply) throw new Error(`a function that this chart does not use: ${name}`);
  return apply(...operands);
}

function operand(words: string[], names: Names): unknown {
  const word = words.shift() ?? '';
  if (word.startsWith('"')) return JSON.parse(word);
  if (word === '(') {
    const value = call(words, names);
    if (words.shift() !== ')') throw new Error('a bracket is not closed');
    return value;
  }
  if (word.startsWith('$')) return names.get(word);
  if (!word.startsWith('.')) throw new Error(`neither a path nor a text: ${word}`);
  return word
    .split('.')
    .filter(step => step !== '')
    .reduce<unknown>((at, step) => (Object.hasOwn(Object(at), step) ? Object(at)[step] : undefined), names.get(''));
}

const FUNCTIONS: Readonly<Record<string, (...operands: readonly unknown[]) => unknown>> = {
  toJson: value => JSON.stringify(value ?? null),
  print: (...parts) => parts.map(textOf).join(''),
  default: (other, first) => (isEmpty(first) ? other : first),
};

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : `${value}`;
}
