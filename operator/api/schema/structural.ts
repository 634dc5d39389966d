/** A CEL rule of a schema; `self` is the value that it stands on. */
export interface Rule {
  rule: string;
  /** What is wrong and what to write instead. */
  message: string;
  /** Where in the value the mistake is, as the API server will report it, for example `.preview`. */
  fieldPath?: string;
}

/**
 * A structural OpenAPI v3 schema, as far as Relevo uses it. Own type because the client library's renames the fields
 * that start with `x-` and `_`, and the generated file needs their real names.
 */
export interface Schema {
  /** Left out only where a number or a text may stand; see intOrString. */
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  description?: string;
  default?: unknown;
  enum?: string[];
  format?: 'int32' | 'int64' | 'date-time';
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-validations'?: Rule[];
}

/** What a schema may say beside its type. */
export type Extra = Omit<Schema, 'type' | 'properties' | 'items' | 'enum' | 'required'>;

/** An object with exactly the fields of `T`, so that the schema cannot drift from the type. */
export const object = <T extends object>(
  properties: { [K in keyof Required<T>]: Schema },
  extra: Extra & { required?: (keyof T & string)[] } = {},
): Schema => ({ type: 'object', ...extra, properties: { ...properties } });

/** One of a fixed set of words; `words` has one entry for each member of `T`, and no other. */
export const oneOf = <T extends string>(words: Record<T, true>, extra: Extra = {}): Schema => ({
  type: 'string',
  enum: Object.keys(words),
  ...extra,
});

/** A whole number between two bounds, both included. */
export const integer = (minimum: number, maximum: number, extra: Extra = {}): Schema => ({
  type: 'integer',
  format: 'int32',
  minimum,
  maximum,
  ...extra,
});

/** A whole number or a text, as the port of a probe. */
export const intOrString = (extra: Extra = {}): Schema => ({ ...extra, 'x-kubernetes-int-or-string': true });

/** A text. */
export const text = (extra: Extra = {}): Schema => ({ type: 'string', ...extra });

/** A moment, in RFC 3339. */
export const time = (extra: Extra = {}): Schema => ({ type: 'string', format: 'date-time', ...extra });

/** An object of which only some fields matter here; all others are kept as they were written. */
export const openObject = (
  properties: Record<string, Schema> = {},
  extra: Extra & { required?: string[] } = {},
): Schema => ({
  type: 'object',
  ...extra,
  ...(Object.keys(properties).length === 0 ? {} : { properties }),
  'x-kubernetes-preserve-unknown-fields': true,
});

/** A map from any text to values of one kind. */
export const mapOf = (values: Schema, extra: Extra = {}): Schema => ({
  type: 'object',
  ...extra,
  additionalProperties: values,
});

/** A list. */
export const listOf = (items: Schema, extra: Extra = {}): Schema => ({ type: 'array', ...extra, items });
