import { parse } from 'yaml';
import { didYouMean, isRecord } from '../resources/index.ts';
import { valueAt } from './grown.ts';
import { OPTIONS, type Option, type OptionType } from './options.ts';
import type { Json } from './tree.ts';

/** The values of an installation, or what is wrong with what somebody chose. */
export type Chosen = { readonly values: Json } | { readonly refused: string };

/** What stands where nobody chose. */
export const DEFAULTS: Json = OPTIONS.reduce<Json>((values, { path, initial }) => put(values, path, initial), {});

/** `--set PATH=VALUE`: texts as they are, the rest as YAML. As in Helm, lists are replaced, maps merged, and null takes a member out. */
export function withValue(values: Json, assignment: string): Chosen {
  const at = assignment.indexOf('=');
  if (at <= 0) return { refused: `${assignment}: must be PATH=VALUE, for example replicas=3` };
  const path = assignment.slice(0, at);
  const option = OPTIONS.find(each => each.path === path);
  const given = assignment.slice(at + 1);
  return option ? chosenValue(values, option, readText(option.type, given)) : { refused: unknownPath(path) };
}

/** A file of values, as Helm takes it. */
export function withValues(values: Json, file: unknown): Chosen {
  let result = values;
  for (const [path, value] of leavesOf(file, '')) {
    const option = OPTIONS.find(each => each.path === path);
    const next = option ? chosenValue(result, option, value) : { refused: unknownPath(path) };
    if ('refused' in next) return next;
    result = next.values;
  }
  return { values: result };
}

function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  const isGroup = path === '' || OPTIONS.some(option => option.path.startsWith(`${path}.`));
  if (!isGroup) return [[path, value]];
  if (value === null || value === undefined) return [];
  if (!isRecord(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, path === '' ? key : `${path}.${key}`));
}

function unknownPath(path: string): string {
  if (path === '') return 'must be a map of values, for example replicas: 3';
  const known = OPTIONS.map(option => option.path);
  const inner = known.find(each => each.startsWith(`${path}.`));
  if (inner !== undefined) return `${path}: must be an object, for example with ${inner.slice(path.length + 1)}`;
  return `there is no value ${path}${didYouMean(path, known)}`;
}

function chosenValue(values: Json, option: Option, value: unknown): Chosen {
  const wrong = wrongWith(option, value);
  return wrong === undefined
    ? { values: put(values, option.path, merged(valueAt(values, option.path), value as Json)) }
    : { refused: `${option.path}: ${wrong}` };
}

/** Undefined, which is no value of any type, where it is no YAML. */
function readText(type: OptionType, given: string): unknown {
  if (type === 'text') return given;
  try {
    return parse(given);
  } catch {
    return undefined;
  }
}

function wrongWith({ type, least, pattern, oneOf }: Option, value: unknown): string | undefined {
  if (!TYPES[type].takes(value)) return `must be ${TYPES[type].called}`;
  if (least !== undefined && Number(value) < least) return `must be ${least} or more`;
  if (typeof value !== 'string') return undefined;
  if (oneOf && !oneOf.includes(value)) return `must be ${oneOf.join(' or ')}`;
  return pattern !== undefined && !new RegExp(pattern).test(value) ? `must match ${pattern}` : undefined;
}

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isWhole = (value: unknown) => typeof value === 'number' && Number.isInteger(value);
const listOf = (takes: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(takes);

const TYPES: Readonly<Record<OptionType, { takes(value: unknown): boolean; readonly called: string }>> = {
  text: { takes: isText, called: 'a text' },
  integer: { takes: isWhole, called: 'a whole number' },
  switch: { takes: value => typeof value === 'boolean', called: 'true or false' },
  texts: { takes: listOf(isText), called: 'a list of texts, for example [--private-names]' },
  objects: { takes: listOf(isRecord), called: 'a list of objects, for example [{name: x}]' },
  object: { takes: isRecord, called: 'an object, for example {name: x}' },
  names: {
    takes: value => isRecord(value) && Object.values(value).every(isTextOrNull),
    called: 'an object of texts, for example {app: x}',
  },
};

function merged(before: Json, after: Json): Json {
  if (!isRecord(before) || !isRecord(after)) return after;
  const members = Object.entries(after).map(
    ([key, value]) => [key, merged(before[key] as Json, value as Json)] as const,
  );
  return Object.fromEntries(
    Object.entries({ ...before, ...Object.fromEntries(members) }).filter(([, value]) => value !== null),
  ) as Json;
}

function put(values: Json, path: string, value: Json): Json {
  const [step = '', ...rest] = path.split('.');
  const members: Readonly<Record<string, Json>> = Object(values);
  const inner = rest.length === 0 ? value : put(members[step] ?? {}, rest.join('.'), value);
  return { ...members, [step]: inner };
}
