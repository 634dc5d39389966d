import * as z from 'zod';

/** How the text of a value is read: JSON Schema's types. */
export type SettingType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';

/** One key of a config schema, with its names in every layer. */
export interface Setting {
  /** Name in code: `lameDuckSeconds`. */
  key: string;
  /** Name as an argument: `--lame-duck-seconds`. */
  flag: string;
  /** Name as an environment variable, in `.env` and as a mounted file: `LAME_DUCK_SECONDS`. */
  variable: string;
  type: SettingType;
  /** What a value must look like, to end the sentence "expected …". */
  expected: string;
  /** From the schema's `.describe()` or `.meta({ description })`. */
  doc: string;
  /** Set by `.meta({ secret: true })`: the value is never shown. */
  secret: boolean;
  required: boolean;
  /** The value that counts when no layer has one. */
  default: unknown;
}

const jsonSchema = z.object({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).default('string'),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  description: z.string().default(''),
  secret: z.boolean().default(false),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
});
type JsonSchema = z.output<typeof jsonSchema>;

const objectSchema = z.object({
  properties: z.record(z.string(), jsonSchema).default({}),
  required: z.array(z.string()).default([]),
});

/** Describes every key of a flat zod object, in the schema's order. */
export const describeSettings = (schema: z.ZodObject): Setting[] => {
  const { properties, required } = objectSchema.parse(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }),
  );
  return Object.entries(properties).map(([key, property]) => ({
    key,
    flag: `--${words(key).join('-')}`,
    variable: words(key).join('_').toUpperCase(),
    type: property.type,
    expected: expectation(property),
    doc: property.description,
    secret: property.secret,
    required: required.includes(key),
    default: property.default,
  }));
};

/** `maxBodyKiB2` → `max`, `body`, `ki`, `b2`: a capital begins a word. */
const words = (key: string): string[] =>
  key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');

const expectation = (schema: JsonSchema): string =>
  schema.enum ? `one of ${schema.enum.map((value) => String(value)).join(', ')}` : EXPECTATIONS[schema.type](schema);

const text = ({ format, pattern }: JsonSchema): string => {
  if (format === 'uri') return 'a URL';
  if (format) return `a text in the form of ${format}`;
  return pattern ? `a text that matches /${pattern}/` : 'a text';
};

const range = (schema: JsonSchema): string => {
  // zod's z.int() states the safe integers as its limits: nothing a reader needs to know.
  const minimum = schema.minimum === Number.MIN_SAFE_INTEGER ? undefined : schema.minimum;
  const maximum = schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const limits = [
    minimum === undefined ? '' : `at least ${minimum}`,
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    schema.exclusiveMaximum === undefined ? '' : `below ${schema.exclusiveMaximum}`,
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? '' : `, ${limits.join(' and ')}`;
};

const lengths = ({ minLength, maxLength }: JsonSchema): string => {
  if (minLength !== undefined && maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`;
  if (minLength !== undefined) return ` of at least ${minLength} character${minLength === 1 ? '' : 's'}`;
  return maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
};

const EXPECTATIONS: Record<SettingType, (schema: JsonSchema) => string> = {
  string: (schema) => `${text(schema)}${lengths(schema)}`,
  integer: (schema) => `a whole number${range(schema)}`,
  number: (schema) => `a number${range(schema)}`,
  boolean: () => 'true or false',
  array: () => 'a list, such as a,b,c or a JSON array',
  object: () => 'a JSON object',
};
