import { list, object, oneOf, optional, text, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';

/** RFC 9110 token. */
export const headerName = text({
  minLength: 1,
  maxLength: 256,
  pattern: /^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$/,
  meaning: "a header name (letters, digits and !#$%&'*+-.^_`|~)",
});

export const headerValue = text({
  minLength: 1,
  maxLength: 4096,
  pattern: /^[!-~]+([\t ]?[!-~]+)*$/,
  meaning: 'printable ASCII with single spaces between words',
});

const headers = list(object({ name: headerName, value: headerValue }), { max: 16, unique: ['name'] });

/** HTTPHeaderFilter. */
export const headerModifier = object({
  set: optional(headers),
  add: optional(headers),
  remove: optional(list(text(), { max: 16, unique: true })),
});
export type HeaderModifier = Infer<typeof headerModifier>;

export const matchType = oneOf('Exact', 'RegularExpression');

export const headerMatches = list(
  object({ type: withDefault(matchType, 'Exact'), name: headerName, value: headerValue }),
  { max: 16, unique: ['name'] },
);
