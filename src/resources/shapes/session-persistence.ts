import { object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import type { Infer } from '../schema/schema.ts';
import { duration } from './duration.ts';

const name = text({ maxLength: 128 });
const lifetimeType = withDefault(oneOf('Permanent', 'Session'), 'Session');

/** What v1.6 says in `sessionName` and `cookieConfig`, later versions say in the member named like the type. */
const fields = object({
  sessionName: optional(name),
  absoluteTimeout: optional(duration),
  type: withDefault(oneOf('Cookie', 'Header'), 'Cookie'),
  cookieConfig: optional(object({ lifetimeType })),
  cookie: optional(object({ name: optional(name), path: withDefault(text({ maxLength: 1024 }), '/'), lifetimeType })),
  header: optional(object({ name: optional(name) })),
});
export type SessionPersistence = Infer<typeof fields>;

function permanentNeedsTimeout(session: SessionPersistence): string | undefined {
  const member = session.cookie ? 'cookie' : 'cookieConfig';
  return session[member]?.lifetimeType === 'Permanent' && session.absoluteTimeout === undefined
    ? `${member}.lifetimeType Permanent needs absoluteTimeout`
    : undefined;
}

const MEMBERS = [
  ['cookieConfig', 'Cookie'],
  ['cookie', 'Cookie'],
  ['header', 'Header'],
] as const;

function memberFollowsType(session: SessionPersistence): string | undefined {
  const wrong = MEMBERS.find(([member, type]) => session[member] && session.type !== type);
  return wrong && `${wrong[0]} belongs to type ${wrong[1]}, but type is ${session.type}`;
}

function oneShape(session: SessionPersistence): string | undefined {
  const newer = session.cookie ? 'cookie' : 'header';
  const older = session.sessionName === undefined ? 'cookieConfig' : 'sessionName';
  return session[newer] && session[older] !== undefined
    ? `${older} and ${newer} say the same: use ${newer} alone`
    : undefined;
}

/** SessionPersistence (GEP-1619, experimental), as v1.6 has it and as later versions do. */
export const sessionPersistence = ruled(fields, permanentNeedsTimeout, memberFollowsType, oneShape);
