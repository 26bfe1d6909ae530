import { type Secret, seal } from '../../ir/index.ts';

const OBJECT = { kind: 'Secret', namespace: '', name: 'sessions' } as const;

/** The keys of sessions as proxies get them; undefined: there are none, so each proxy makes up its own. */
export function sessionSecret(keys: readonly Uint8Array[]): Secret | undefined {
  if (keys.length === 0) return undefined;
  const inBase64 = keys.map(key => Buffer.from(key).toString('base64'));
  return seal({ kind: 'Secret', name: 'sessions', content: { kind: 'sessionKeys', keys: inBase64 }, origin: OBJECT });
}
