import { celRule, described, integer, list, object, optional, ruled, text, withDefault } from '../schema/build.ts';
import { headerName, headerValue } from '../shapes/headers.ts';
import { SLUICE_GROUP } from '../shapes/names.ts';
import { defineKind } from './kind.ts';

/** Written by the data plane itself, or by a field of its own. */
const NOT_FOR_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** RFC 9110 §15: answers without content. */
const BODILESS = [204, 205, 304];

/** RFC 9110 §8.3.1, without quoted parameters. */
const MEDIA_TYPE = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(; ?[!-:<-~]+)*$/;

interface Header {
  readonly name: string;
}

const lower = ({ name }: Header): string => name.toLowerCase();

const namesAreFree = celRule(
  `self.all(h, !(h.name.lowerAscii() in [${NOT_FOR_HEADERS.map(name => `'${name}'`).join(', ')}]))`,
  'the gateway writes connection, date, length and transfer coding itself, and contentType has a field of its own',
  (headers: readonly Header[]) => !headers.some(header => NOT_FOR_HEADERS.includes(lower(header))),
);

const namesAreDistinct = celRule(
  'self.all(h, self.exists_one(g, g.name.lowerAscii() == h.name.lowerAscii()))',
  'each header may be named once, in whatever case',
  (headers: readonly Header[]) => new Set(headers.map(lower)).size === headers.length,
);

interface Answer {
  readonly statusCode: number;
  readonly contentType?: string;
  readonly body?: object;
}

const bodyIsAllowed = celRule(
  `!has(self.body) || !(self.statusCode in [${BODILESS.join(', ')}])`,
  `an answer with status ${BODILESS.join(', ').replace(/, (\d+)$/, ' or $1')} has no body`,
  ({ statusCode, body }: Answer) => body === undefined || !BODILESS.includes(statusCode),
);

const contentTypeHasBody = celRule(
  '!has(self.contentType) || has(self.body)',
  'contentType is the type of the body, and there is none',
  ({ contentType, body }: Answer) => contentType === undefined || body !== undefined,
);

const spec = ruled(
  object({
    statusCode: withDefault(described(integer({ min: 200, max: 599 }), 'Status of the answer.'), 200),
    contentType: optional(
      described(
        text({
          minLength: 1,
          maxLength: 256,
          pattern: MEDIA_TYPE,
          meaning: 'a media type such as text/html; charset=utf-8',
        }),
        'Content-Type of the body; text/plain; charset=utf-8 by default.',
      ),
    ),
    headers: optional(
      described(
        ruled(
          list(object({ name: headerName, value: headerValue }), { max: 16, unique: ['name'] }),
          namesAreFree,
          namesAreDistinct,
        ),
        'Further headers of the answer.',
      ),
    ),
    body: optional(
      described(
        object({ text: described(text({ maxLength: 4096 }), 'The content itself, sent as UTF-8.') }),
        'Content of the answer; none by default.',
      ),
    ),
  }),
  bodyIsAllowed,
  contentTypeHasBody,
);

/** An answer that a rule gives in a backend's place; filters of type ExtensionRef refer to it. */
export const directResponse = defineKind({
  group: SLUICE_GROUP,
  kind: 'DirectResponse',
  plural: 'directresponses',
  scope: 'Namespaced',
  versions: [{ name: 'v1alpha1', channel: 'experimental' }],
  description:
    'DirectResponse is an answer that a rule of an HTTPRoute, or the share of a backendRef, gives by itself.',
  schema: object({ spec }),
});
