/** The same rule in the language of custom resource definitions (Kubernetes: x-kubernetes-validations). */
export interface Cel {
  readonly rule: string;
  readonly message: string;
}

/** A cross-field rule: what is wrong with a value whose parts are each valid, in words for the user, or nothing. */
export type Rule<T> = ((value: T) => string | undefined) & { readonly cel?: Cel };

/** What a value may be: plain data, so that types, validation and custom resource definitions all come from it. */
export type Shape =
  | TextShape
  | NumberShape
  | { readonly kind: 'boolean' }
  | IntegerOrTextShape
  | { readonly kind: 'json' }
  | ListShape
  | MapShape
  | ObjectShape;

export interface TextShape {
  readonly kind: 'text';
  /** In code points. */
  readonly minLength?: number;
  /** In code points. */
  readonly maxLength?: number;
  /** Unanchored unless it says otherwise, as in OpenAPI. */
  readonly pattern?: RegExp;
  /** Every value that is valid today. */
  readonly values?: readonly string[];
  /** What the pattern means, to put after "must be". */
  readonly meaning?: string;
  /** No message may quote it. */
  readonly confidential?: true;
}

export interface NumberShape {
  readonly kind: 'integer';
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly number[];
}

/** Each limit is for values of its type. */
export interface IntegerOrTextShape {
  readonly kind: 'integerOrText';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the limits mean together, to put after "must be". */
  readonly meaning?: string;
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Schema<unknown>;
  readonly min?: number;
  readonly max?: number;
  /** Fields that together identify an item (list type `map`), or `true` for a set of scalars. */
  readonly unique?: readonly string[] | true;
}

export interface MapShape {
  readonly kind: 'map';
  readonly value: Schema<unknown>;
  readonly max?: number;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Field<unknown, Presence>>>;
  /** Field names, in the order of the table. */
  readonly names: readonly string[];
}

/** A shape, its rules, and (in the type only) what a valid value is in TypeScript. */
export interface Schema<T> {
  readonly shape: Shape;
  readonly rules?: readonly Rule<never>[];
  /** What a field with this schema is for, in custom resource definitions of our own. */
  readonly description?: string;
  readonly produces?: T;
}

export type Presence = 'required' | 'optional' | 'defaulted';

export interface Field<T, P extends Presence> {
  readonly presence: P;
  readonly schema: Schema<T>;
  /** Put in as it stands and then completed by the schema, as the API server does. */
  readonly fallback?: unknown;
}

/** The TypeScript type of the values that a schema lets through. */
export type Infer<S> = S extends { readonly produces?: infer T } ? Exclude<T, undefined> : never;

/** A string that is none of the values known today: the API may add some, and only strict parsing refuses them. */
export type Unlisted = string & Record<never, never>;
