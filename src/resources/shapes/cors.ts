import { boolean, integer, list, object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import { headerName } from './headers.ts';
import { INT32_MAX } from './names.ts';

const origin = text({
  minLength: 1,
  maxLength: 253,
  pattern: /(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)/,
  meaning: 'an origin such as https://example.com:8443 or https://*.example.com, or *',
});

const method = oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '*');

function starStandsAlone(values: readonly string[]): string | undefined {
  return values.length > 1 && values.includes('*') ? "'*' must be the only item" : undefined;
}

/** HTTPCORSFilter (GEP-1767). */
export const cors = object({
  allowOrigins: optional(ruled(list(origin, { max: 64, unique: true }), starStandsAlone)),
  allowCredentials: optional(boolean),
  allowMethods: optional(ruled(list(method, { max: 9, unique: true }), starStandsAlone)),
  allowHeaders: optional(ruled(list(headerName, { max: 64, unique: true }), starStandsAlone)),
  exposeHeaders: optional(list(headerName, { max: 64, unique: true })),
  maxAge: withDefault(integer({ min: 1, max: INT32_MAX }), 5),
});
