import { EACH, markOf, type Term, type Tree } from '../../src/install/index.ts';

/** An object in the language of Helm's templates; values stand in it as JSON, which is YAML wherever it stands. */
export function goTemplate(tree: Tree): string {
  const mark = markOf(tree);
  if (mark?.kind !== 'when') return linesOf(tree, '').join('\n');
  return under(mark.path, linesOf(mark.tree, '')).join('\n');
}

function linesOf(tree: Tree, indent: string): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap((item: Tree) => itemLines(item, indent));
  return Object.entries(tree as { readonly [key: string]: Tree }).flatMap(([key, member]) =>
    memberLines(key, member, indent),
  );
}

function memberLines(key: string, member: Tree, indent: string): readonly string[] {
  const mark = markOf(member);
  if (mark?.kind === 'when') return under(mark.path, memberLines(key, mark.tree, indent));
  if (mark?.kind === 'each' && key === EACH) {
    const line = `${indent}{{ toJson $key }}: {{ toJson $member }}`;
    return [`{{- range $key, $member := .Values.${mark.path} }}`, line, '{{- end }}'];
  }
  const name = `${indent}${scalar(key)}:`;
  const short = onOneLine(member);
  return short === undefined ? [name, ...linesOf(member, `${indent}  `)] : [`${name} ${short}`];
}

function itemLines(item: Tree, indent: string): readonly string[] {
  const mark = markOf(item);
  if (mark?.kind === 'when') return under(mark.path, itemLines(mark.tree, indent));
  if (mark?.kind === 'each') {
    return [`{{- range .Values.${mark.path} }}`, `${indent}- {{ toJson . }}`, '{{- end }}'];
  }
  const short = onOneLine(item);
  if (short !== undefined) return [`${indent}- ${short}`];
  const [first = '', ...rest] = linesOf(item, `${indent}  `);
  if (first.startsWith('{{')) throw new Error(`the first member of an item must always be there: ${first}`);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

/** Undefined for what has members of its own. */
function onOneLine(tree: Tree): string | undefined {
  const mark = markOf(tree);
  if (mark?.kind === 'term') return `{{ toJson ${goTerm(mark.term)} }}`;
  if (typeof tree !== 'object' || tree === null) return typeof tree === 'string' ? scalar(tree) : `${tree}`;
  if (!Array.isArray(tree)) return Object.keys(tree).length === 0 ? '{}' : undefined;
  if (tree.length === 0) return '[]';
  return tree.every(item => typeof item === 'string') ? `[${tree.map(scalar).join(', ')}]` : undefined;
}

const PLAIN = /^[A-Za-z/-][-\w./=]*$/;
/** Words that YAML 1.1 reads as something else than a text. */
const TAKEN = /^(true|false|null|yes|no|on|off|y|n|-)$/i;

function scalar(text: string): string {
  return PLAIN.test(text) && !TAKEN.test(text) ? text : JSON.stringify(text);
}

function under(path: string, lines: readonly string[]): readonly string[] {
  return [`{{- if .Values.${path} }}`, ...lines, '{{- end }}'];
}

function goTerm(term: Term): string {
  switch (term.kind) {
    case 'value':
      return `.Values.${term.path}`;
    case 'namespace':
      return '.Release.Namespace';
    case 'version':
      return '.Chart.AppVersion';
    case 'text':
      return `(print ${term.parts.map(part => (typeof part === 'string' ? JSON.stringify(part) : goTerm(part))).join(' ')})`;
    case 'either':
      return `(default ${goTerm(term.other)} ${goTerm(term.first)})`;
  }
}
