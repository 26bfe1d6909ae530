import { type Kind, SLUICE_GROUP } from '../src/resources/index.ts';
import type { Field, ListShape, ObjectShape, Presence, Schema, Shape } from '../src/resources/schema/schema.ts';
import { INT32_MAX } from '../src/resources/shapes/names.ts';
import type { CelRule, OpenApi } from './open-api.ts';

/** The kinds that Sluice brings along: nobody else defines them. */
export function isOurOwn({ group }: Kind): boolean {
  return group === SLUICE_GROUP;
}

/** The file name of a definition, as Gateway API names its own. */
export function crdFile({ group, plural }: Kind): string {
  return `${group}_${plural}.yaml`;
}

/** The CustomResourceDefinition of a kind of our own (apiextensions.k8s.io/v1). Throws on a rule that is not in CEL as well. */
export function crdOf(kind: Kind): Readonly<Record<string, unknown>> {
  const { group, plural, scope, versions } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        categories: ['gateway-api'],
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular: kind.kind.toLowerCase(),
      },
      scope,
      versions: versions.map(({ name }, i) => ({
        name,
        served: true,
        storage: i === 0,
        schema: { openAPIV3Schema: objectSchema(kind) },
      })),
    },
  };
}

/** Of a whole object: the schema of each version. */
export function objectSchema({ schema, description }: Kind): OpenApi {
  const { properties, ...rest } = schemaOf(schema);
  const identity = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  return { ...(description !== undefined && { description }), ...rest, properties: { ...identity, ...properties } };
}

function schemaOf(schema: Schema<unknown>): OpenApi {
  const rules = celOf(schema);
  return {
    ...(schema.description !== undefined && { description: schema.description }),
    ...shapeOf(schema.shape),
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
  };
}

function celOf({ rules = [] }: Schema<unknown>): readonly CelRule[] {
  return rules.map(rule => {
    if (!rule.cel) throw new TypeError(`the rule ${rule.name} is not in CEL: an API server would not know it`);
    return rule.cel;
  });
}

function shapeOf(shape: Shape): OpenApi {
  switch (shape.kind) {
    case 'text': {
      const { minLength, maxLength, pattern, values } = shape;
      return given({ type: 'string', minLength, maxLength, pattern: pattern?.source, enum: values });
    }
    case 'integer': {
      const { min: minimum, max: maximum, values } = shape;
      const format = (maximum ?? 0) > INT32_MAX ? 'int64' : 'int32';
      return given({ type: 'integer', format, minimum, maximum, enum: values });
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'integerOrText':
      return given({
        minimum: shape.min,
        maximum: shape.max,
        pattern: shape.pattern?.source,
        'x-kubernetes-int-or-string': true,
      });
    case 'json':
      return { 'x-kubernetes-preserve-unknown-fields': true };
    case 'list':
      return given({
        type: 'array',
        minItems: shape.min,
        maxItems: shape.max,
        ...uniqueIn(shape),
        items: schemaOf(shape.item),
      });
    case 'map':
      return given({ type: 'object', maxProperties: shape.max, additionalProperties: schemaOf(shape.value) });
    case 'object':
      return fieldsOf(shape);
  }
}

function uniqueIn({ unique }: ListShape): OpenApi {
  if (unique === undefined) return { 'x-kubernetes-list-type': 'atomic' };
  return unique === true
    ? { 'x-kubernetes-list-type': 'set' }
    : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': unique };
}

function fieldsOf({ fields, names }: ObjectShape): OpenApi {
  const required = names.filter(name => fields[name]!.presence === 'required');
  return {
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, fieldOf(fields[name]!)])),
    ...(required.length > 0 && { required }),
  };
}

function fieldOf({ schema, presence, fallback }: Field<unknown, Presence>): OpenApi {
  const { description, ...rest } = schemaOf(schema);
  return {
    ...(description !== undefined && { description }),
    ...(presence === 'defaulted' && { default: fallback }),
    ...rest,
  };
}

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Without what is undefined. */
function given(keywords: Maybe<OpenApi>): OpenApi {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}
