import { isDeepStrictEqual } from 'node:util';
import type {
  Field,
  ListShape,
  NumberShape,
  ObjectShape,
  Presence,
  Schema,
  TextShape,
} from '../src/resources/schema/schema.ts';
import { type OpenApi, unknownKeywords } from './open-api.ts';

/** Notes one difference; `what` names the keyword and both sides. */
export type Differ = (path: string, what: string) => void;

interface Setting {
  readonly differ: Differ;
  /** The channel has fewer fields and values than the table, which is that of the experimental one. */
  readonly fewer: boolean;
}

/** Walks a table and the schema of a custom resource definition side by side. */
export function compareTable(shape: ObjectShape, crd: OpenApi, setting: Setting): void {
  const { apiVersion: _a, kind: _k, metadata: _m, status: _s, ...properties } = crd.properties ?? {};
  const required = (crd.required ?? []).filter(name => name in properties);
  compareObject(shape, { ...crd, properties, required }, '', setting);
}

function compare(schema: Schema<unknown>, crd: OpenApi, path: string, setting: Setting): void {
  if (schema.shape.kind === 'json' && crd['x-kubernetes-preserve-unknown-fields']) return;
  for (const keyword of unknownKeywords(crd)) setting.differ(path, `the CRD has ${keyword}, which is not compared`);
  compareRules(schema, crd, path, setting);
  const { shape } = schema;
  const wanted = typeOf(crd);
  if (shape.kind === 'json') return;
  if (shape.kind !== wanted) {
    setting.differ(path, `type: ours ${shape.kind}, CRD ${wanted}`);
    return;
  }
  switch (shape.kind) {
    case 'text':
      compareText(shape, crd, path, setting);
      break;
    case 'integer':
      compareNumber(shape, crd, path, setting);
      break;
    case 'list':
      compareList(shape, crd, path, setting);
      break;
    case 'map':
      same(path, 'maxProperties', shape.max, crd.maxProperties, setting);
      compare(shape.value, crd.additionalProperties!, `${path}[*]`, setting);
      break;
    case 'object':
      compareObject(shape, crd, path, setting);
      break;
    case 'integerOrText':
      same(path, 'minimum', shape.min, crd.minimum, setting);
      same(path, 'maximum', shape.max, crd.maximum, setting);
      same(path, 'pattern', shape.pattern?.source, crd.pattern, setting);
      break;
    case 'boolean':
      break;
  }
}

/** In the words of our shapes. */
function typeOf(crd: OpenApi): string {
  if (crd['x-kubernetes-int-or-string']) return 'integerOrText';
  if (crd.type === 'object') return crd.additionalProperties ? 'map' : 'object';
  return { string: 'text', array: 'list', integer: 'integer', boolean: 'boolean' }[crd.type ?? ''] ?? `${crd.type}`;
}

function same(path: string, keyword: string, ours: unknown, theirs: unknown, { differ }: Setting): void {
  if (!isDeepStrictEqual(ours, theirs)) differ(path, `${keyword}: ours ${show(ours)}, CRD ${show(theirs)}`);
}

function show(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

/** Which rules these are is for the objects put to the API server; here only whether there are any at this place. */
function compareRules(schema: Schema<unknown>, crd: OpenApi, path: string, { differ }: Setting): void {
  const messages = (crd['x-kubernetes-validations'] ?? []).map(({ message, rule }) => message ?? rule);
  if (messages.length > 0 && !schema.rules?.length)
    differ(path, `no rule of ours where the CRD says: ${messages.join('; ')}`);
}

function compareText(shape: TextShape, crd: OpenApi, path: string, setting: Setting): void {
  same(path, 'minLength', shape.minLength, crd.minLength || undefined, setting);
  same(path, 'maxLength', shape.maxLength, crd.maxLength, setting);
  const pattern = crd.pattern === undefined ? undefined : new RegExp(crd.pattern).source;
  same(path, 'pattern', shape.pattern?.source, pattern, setting);
  if (shape.pattern?.flags) setting.differ(path, `pattern: flags ${shape.pattern.flags}`);
  compareValues(shape.values, crd, path, setting);
}

function compareValues(values: readonly unknown[] | undefined, crd: OpenApi, path: string, setting: Setting): void {
  const theirs = crd.enum && [...crd.enum].sort();
  if (setting.fewer && values && theirs?.every(value => values.includes(value))) return;
  same(path, 'enum', values && [...values].sort(), theirs, setting);
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** A format narrows a number as limits do. */
function compareNumber(shape: NumberShape, crd: OpenApi, path: string, setting: Setting): void {
  const { min, max } = crd.format === 'int32' && !crd.enum ? INT32 : { min: undefined, max: undefined };
  same(path, 'minimum', shape.min, crd.minimum ?? min, setting);
  same(path, 'maximum', shape.max, crd.maximum ?? max, setting);
  compareValues(shape.values, crd, path, setting);
}

function compareList(shape: ListShape, crd: OpenApi, path: string, setting: Setting): void {
  same(path, 'minItems', shape.min, crd.minItems || undefined, setting);
  same(path, 'maxItems', shape.max, crd.maxItems, setting);
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-list-map-keys': keys } = crd;
  const unique = type === 'map' ? keys : type === 'set' ? true : undefined;
  const sorted = (value: readonly string[] | true | undefined) => (Array.isArray(value) ? [...value].sort() : value);
  same(path, 'list type', sorted(shape.unique), sorted(unique), setting);
  compare(shape.item, crd.items!, `${path}[]`, setting);
}

function compareObject(shape: ObjectShape, crd: OpenApi, path: string, setting: Setting): void {
  const { properties = {}, required = [] } = crd;
  for (const name of new Set([...shape.names, ...Object.keys(properties)])) {
    const at = path === '' ? name : `${path}.${name}`;
    const [ours, theirs] = [shape.fields[name], properties[name]];
    if (!ours) setting.differ(at, 'field: ours none');
    else if (theirs) compareField(ours, theirs, required.includes(name), at, setting);
    else if (!setting.fewer) setting.differ(at, 'field: CRD none');
  }
}

function compareField(
  field: Field<unknown, Presence>,
  crd: OpenApi,
  required: boolean,
  path: string,
  setting: Setting,
): void {
  // A default is put in before presence is checked, so a defaulted field may be required or not.
  if (crd.default === undefined) same(path, 'required', field.presence === 'required', required, setting);
  same(path, 'default', field.presence === 'defaulted' ? field.fallback : undefined, crd.default, setting);
  compare(field.schema, crd, path, setting);
}
