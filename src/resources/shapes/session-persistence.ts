import { object, oneOf, optional, ruled, text, withDefault } from '../schema/build.ts';
import { duration } from './duration.ts';

interface Session {
  readonly type: string;
  readonly absoluteTimeout?: string;
  readonly cookieConfig?: { readonly lifetimeType: string };
}

function permanentNeedsTimeout(session: Session): string | undefined {
  const permanent = session.cookieConfig?.lifetimeType === 'Permanent';
  return permanent && session.absoluteTimeout === undefined
    ? 'cookieConfig.lifetimeType Permanent needs absoluteTimeout'
    : undefined;
}

function cookieConfigNeedsCookie(session: Session): string | undefined {
  return session.cookieConfig && session.type !== 'Cookie'
    ? `cookieConfig belongs to type Cookie, but type is ${session.type}`
    : undefined;
}

/** SessionPersistence (GEP-1619, experimental). */
export const sessionPersistence = ruled(
  object({
    sessionName: optional(text({ maxLength: 128 })),
    absoluteTimeout: optional(duration),
    type: withDefault(oneOf('Cookie', 'Header'), 'Cookie'),
    cookieConfig: optional(object({ lifetimeType: withDefault(oneOf('Permanent', 'Session'), 'Session') })),
  }),
  permanentNeedsTimeout,
  cookieConfigNeedsCookie,
);
