import { stringify } from 'yaml';
import { type Json, OPTIONS, type Option } from '../../src/install/index.ts';

/** What the chart says of all values: `values.yaml`, a comment above each. */
export function valuesFile(): string {
  const lines: string[] = [];
  let groups: readonly string[] = [];
  for (const option of OPTIONS) {
    const steps = option.path.split('.');
    const inside = steps.slice(0, -1);
    if (inside.join('.') !== groups.join('.'))
      lines.push(...inside.map((name, depth) => `${'  '.repeat(depth)}${name}:`));
    groups = inside;
    const indent = '  '.repeat(inside.length);
    lines.push(
      `${indent}# ${sentence(option)}`,
      ...yamlLines(steps.at(-1) ?? '', option.initial).map(line => indent + line),
    );
  }
  return `${lines.join('\n')}\n`;
}

function sentence({ help, oneOf }: Option): string {
  const all = oneOf ? `${help}: ${oneOf.join(', ')}` : help;
  return `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
}

function yamlLines(key: string, value: Json): readonly string[] {
  return stringify({ [key]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
}

type Schema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<Option['type'], Schema>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  switch: { type: 'boolean' },
  texts: { type: 'array', items: { type: 'string' } },
  objects: { type: 'array', items: { type: 'object' } },
  object: { type: 'object' },
  names: { type: 'object', additionalProperties: { type: 'string' } },
};

/** `values.schema.json`, by which Helm refuses what is misspelt or of another type. */
export function valuesSchema(): string {
  const root = { $schema: 'http://json-schema.org/draft-07/schema#', ...group('') };
  return `${JSON.stringify(root, undefined, 2).replace(LIST, onOneLine)}\n`;
}

/** Of texts: they stand on one line, as the formatter has it. */
const LIST = /\[\n([^[\]{}]*)\n *\]/g;

function onOneLine(_list: string, items: string): string {
  return `[${items.trim().replace(/\n\s*/g, ' ')}]`;
}

function group(prefix: string): Schema {
  const inside = OPTIONS.filter(({ path }) => path.startsWith(prefix));
  const names = [...new Set(inside.map(({ path }) => path.slice(prefix.length).split('.')[0] ?? ''))];
  const properties = Object.fromEntries(names.map(name => [name, member(`${prefix}${name}`)]));
  // Helm hands down `global` to every chart that is part of another.
  return {
    type: 'object',
    additionalProperties: false,
    properties: { ...properties, ...(prefix === '' && { global: {} }) },
  };
}

function member(path: string): Schema {
  const option = OPTIONS.find(each => each.path === path);
  if (!option) return group(`${path}.`);
  const { type, help, least, pattern, oneOf } = option;
  return {
    description: help,
    ...TYPES[type],
    ...(least !== undefined && { minimum: least }),
    ...(pattern !== undefined && { pattern }),
    ...(oneOf && { enum: oneOf }),
  };
}
