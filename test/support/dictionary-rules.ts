/**
 * JSON-schema rules of Frictionless Data Package 2.0 (with Table Schema) and of CSVW metadata, written from their
 * specifications: what is required, and which words are allowed. The official profiles are not redistributed here.
 */

const text = { type: 'string', minLength: 1 };
const fieldConstraints = {
  type: 'object',
  additionalProperties: false,
  properties: {
    required: { type: 'boolean' },
    unique: { type: 'boolean' },
    enum: { type: 'array', minItems: 1, uniqueItems: true },
    pattern: { type: 'string', format: 'regex' },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    minLength: { type: 'integer' },
    maxLength: { type: 'integer' },
  },
};

const tableSchema = {
  type: 'object',
  required: ['fields', 'primaryKey'],
  properties: {
    fields: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'type', 'title', 'description'],
        properties: {
          name: text,
          title: text,
          description: text,
          type: {
            enum: ['string', 'number', 'integer', 'boolean', 'date', 'time', 'datetime', 'year', 'yearmonth'],
          },
          constraints: fieldConstraints,
          categories: {
            type: 'array',
            minItems: 1,
            items: { type: 'object', required: ['value', 'label'], properties: { value: text, label: text } },
          },
        },
        // Patterns and categories are for texts, bounds for what has an order.
        allOf: [
          {
            if: { properties: { type: { const: 'string' } } },
            else: {
              properties: { categories: false, constraints: { properties: { pattern: false } } },
            },
          },
          {
            if: { properties: { type: { enum: ['string', 'boolean'] } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { properties: { constraints: { properties: { minimum: false, maximum: false } } } },
          },
        ],
      },
    },
    primaryKey: { type: 'array', minItems: 1, items: text },
    missingValues: { type: 'array', items: { type: 'string' } },
  },
};

/** Rules of `datapackage.json`. */
export const DATA_PACKAGE_RULES = {
  type: 'object',
  required: ['name', 'resources', 'licenses'],
  properties: {
    $schema: { type: 'string', format: 'uri' },
    name: { type: 'string', pattern: '^[-a-z0-9._/]+$' },
    homepage: { type: 'string', format: 'uri' },
    created: { type: 'string', format: 'date-time' },
    keywords: { type: 'array', minItems: 1, items: text },
    licenses: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', pattern: '^[-a-zA-Z0-9._]+$' },
          path: { type: 'string', format: 'uri' },
        },
      },
    },
    contributors: { type: 'array', minItems: 1, items: { type: 'object', required: ['title'] } },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'path', 'schema'],
        properties: {
          name: { type: 'string', pattern: '^[-a-z0-9._/]+$' },
          path: { type: 'string', format: 'uri', pattern: '^https?://' },
          mediatype: { type: 'string', pattern: '^.+/.+$' },
          type: { const: 'table' },
          schema: tableSchema,
        },
      },
    },
  },
};

const naturalLanguage = {
  type: 'array',
  items: {
    type: 'object',
    required: ['@value', '@language'],
    properties: { '@value': text, '@language': { enum: ['id', 'en'] } },
  },
};

/** Rules of CSVW metadata of one table. */
export const CSVW_RULES = {
  type: 'object',
  required: ['@context', 'url', 'tableSchema'],
  properties: {
    '@context': {
      type: 'array',
      prefixItems: [{ const: 'http://www.w3.org/ns/csvw' }, { type: 'object' }],
      minItems: 2,
      items: false,
    },
    '@id': { type: 'string', format: 'uri' },
    url: { type: 'string', format: 'uri' },
    'dc:title': naturalLanguage,
    'dc:description': naturalLanguage,
    dialect: { type: 'object', properties: { delimiter: { const: ',' }, header: { const: true } } },
    tableSchema: {
      type: 'object',
      required: ['columns', 'primaryKey'],
      additionalProperties: false,
      properties: {
        primaryKey: { type: 'array', minItems: 1, items: text },
        columns: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['name', 'titles', 'datatype', 'required', 'propertyUrl'],
            // Anything else must be a prefixed common property.
            patternProperties: { '^(dc|schema):[A-Za-z]+$': {} },
            additionalProperties: false,
            properties: {
              name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_]*$' },
              titles: text,
              required: { type: 'boolean' },
              null: { const: '' },
              propertyUrl: { type: 'string', format: 'uri-template' },
              datatype: {
                type: 'object',
                required: ['base'],
                additionalProperties: false,
                properties: {
                  base: {
                    enum: ['string', 'integer', 'decimal', 'boolean', 'dateTimeStamp', 'date', 'gYear'],
                  },
                  minimum: { type: 'number' },
                  maximum: { type: 'number' },
                  format: { type: 'string', format: 'regex' },
                },
              },
            },
          },
        },
      },
    },
  },
};
