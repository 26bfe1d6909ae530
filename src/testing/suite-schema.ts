import { isIP } from 'node:net';
import { isSecure } from '../probe/index.ts';
import { type Schema, schema } from '../resources/index.ts';
import { readTestUrl } from './request-url.ts';
import type { RoutingTest, TestRequest } from './routing-test.ts';

const { integer, integerOrText, list, map, object, optional, ruled, text } = schema;

/** RFC 9110 token. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
/** RFC 9110 field-value, of ASCII. */
const VALUE = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;

const headerName = text({
  maxLength: 256,
  pattern: TOKEN,
  meaning: "a header name (letters, digits and !#$%&'*+-.^_`|~)",
});
const headerValue = text({ pattern: VALUE, meaning: 'printable ASCII without blanks at its ends' });
const headerNames = list(headerName);

const headers = ruled(map(headerValue), value => {
  const wrong = Object.keys(value).find(name => !TOKEN.test(name));
  return wrong === undefined ? undefined : `${JSON.stringify(wrong)} is no header name`;
});

/** Headers that say where a message ends: the data plane in memory writes them. */
const FRAMING = new Set(['content-length', 'transfer-encoding']);

const sentHeaders = ruled(headers, value => {
  const wrong = Object.keys(value).find(name => FRAMING.has(name.toLowerCase()));
  return wrong === undefined ? undefined : `${wrong} is made from the body: leave it out`;
});

const NAME_PART = '[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?';
const GATEWAY = new RegExp(`^${NAME_PART}/${NAME_PART}$`);
const ROUTE = new RegExp(`^(?:[A-Za-z]+/${NAME_PART}/)?${NAME_PART}$|^${NAME_PART}/${NAME_PART}$`);
const SECRET = new RegExp(`^(?:${NAME_PART}/)?${NAME_PART}$`);
const BACKEND = new RegExp(`^(?:(?:[A-Za-z]+/)?${NAME_PART}/)?${NAME_PART}(?::[1-9][0-9]{0,4})?$`);

const backendName = text({ pattern: BACKEND, meaning: '[namespace/]service[:port] or none' });

export const REQUEST: Schema<TestRequest> = ruled(
  object({
    method: optional(text({ pattern: TOKEN, meaning: 'a method, such as GET' })),
    url: text(),
    serverName: optional(text()),
    headers: optional(sentHeaders),
    body: optional(text()),
    client: optional(text()),
    gateway: optional(text({ pattern: GATEWAY, meaning: 'namespace/name of a Gateway' })),
  }),
  wrongRequest,
);

function wrongRequest({ url, client, serverName }: TestRequest): string | undefined {
  const read = readTestUrl(url);
  if ('refused' in read) return `url ${read.refused}`;
  if (serverName !== undefined && !isSecure(read.scheme)) return 'serverName is sent with https and grpcs alone';
  return client === undefined || isIP(client) !== 0 ? undefined : 'client must be an IP address';
}

const backendSees = object({
  method: optional(text()),
  path: optional(text()),
  host: optional(text()),
  headers: optional(headers),
  present: optional(headerNames),
  absent: optional(headerNames),
});

const EXPECTED = {
  route: optional(text({ pattern: ROUTE, meaning: '[namespace/]name of a route or none' })),
  rule: optional(integerOrText),
  ruleName: optional(text()),
  match: optional(integer({ min: 0 })),
  backend: optional(backendName),
  mirrors: optional(list(backendName, { unique: true })),
  status: optional(integer({ min: 100, max: 599 })),
  certificate: optional(text({ pattern: SECRET, meaning: '[namespace/]name of a Secret' })),
  headers: optional(headers),
  presentHeaders: optional(headerNames),
  absentHeaders: optional(headerNames),
  location: optional(text()),
  body: optional(text()),
  backendSees: optional(backendSees),
};

function wrongExpectation(value: object): string | undefined {
  return Object.keys(value).length > 0 ? undefined : `expects nothing: name one of ${Object.keys(EXPECTED).join(', ')}`;
}

const PARTS = { name: optional(text({ minLength: 1 })), request: REQUEST };

/** One backend, and several: a schema has no "either". */
export const ONE_BACKEND: Schema<RoutingTest> = object({
  ...PARTS,
  expect: ruled(object(EXPECTED), wrongExpectation),
});
export const BACKENDS: Schema<RoutingTest> = object({
  ...PARTS,
  expect: ruled(
    object({ ...EXPECTED, backend: optional(list(backendName, { min: 1, unique: true })) }),
    wrongExpectation,
  ),
});

export const MANIFESTS: Schema<readonly string[]> = list(text({ minLength: 1 }));
