import { choice, duration, readHostPort, toggle } from './flag-values.ts';
import type { Flag, FlagValues } from './flags.ts';

const admin: Flag<{ readonly host: string; readonly port: number }> = {
  placeholder: 'HOST:PORT',
  help: 'where the admin endpoint listens (default a free port\nof 127.0.0.1, printed)',
  initial: { host: '127.0.0.1', port: 0 },
  read: value => readHostPort(value, 0),
};

/** Of every command that goes on until a signal stops it. */
export const SERVING_FLAGS = {
  admin,
  output: choice(
    ['text', 'json'] as const,
    'text',
    'text: for people, on stderr; json: one event a line, on\nstdout (default text)',
  ),
  'private-names': toggle(
    'names of backends (XBackend, ExternalName) may lead to\naddresses that are not of the public internet',
  ),
  'drain-timeout': duration(10_000, 'time for requests under way when a signal comes\n(default 10s)'),
};

export type ServingFlags = FlagValues<typeof SERVING_FLAGS>;
