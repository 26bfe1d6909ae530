import { choice, duration, place, toggle } from './flag-values.ts';
import type { FlagValues } from './flags.ts';

/** Of every command that goes on until a signal stops it. */
export const SERVING_FLAGS = {
  admin: place(
    { host: '127.0.0.1', port: 0 },
    'where the admin endpoint listens (default a free port\nof 127.0.0.1, printed)',
  ),
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
