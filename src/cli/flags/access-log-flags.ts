import { closeSync, openSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { type AccessLogOptions, LOG_FLAGS, LOG_MODE } from '../../proxy/index.ts';
import { choice, text } from './flag-values.ts';
import type { FlagValues } from './flags.ts';

export const ACCESS_LOG_FLAGS = {
  'access-log': choice(
    ['off', 'json', 'text'] as const,
    'off',
    'a line for each request: an object, or nginx\'s "combined"\nwith more behind it (default off)',
  ),
  'access-log-file': text('FILE', 'where those lines go; it may be renamed while it is written\n(default stdout)'),
};

type AccessLogFlags = FlagValues<typeof ACCESS_LOG_FLAGS>;

const STDOUT = ['-', '/dev/stdout'];

export function accessLogOptions(flags: AccessLogFlags): AccessLogOptions | undefined {
  const format = flags['access-log'];
  const path = flags['access-log-file'];
  if (format === 'off') return undefined;
  return path === undefined || STDOUT.includes(path) ? { format } : { format, path };
}

/** What is wrong with these flags, or with the file that they name, which is made if it isn't there. */
export function refuseAccessLog(flags: AccessLogFlags & { readonly output: 'text' | 'json' }): string | undefined {
  const log = accessLogOptions(flags);
  if (log === undefined) {
    return flags['access-log-file'] === undefined ? undefined : '--access-log-file goes with --access-log json or text';
  }
  if (log.path !== undefined) return refuseFile(log.path);
  if (flags.output === 'text') return undefined;
  return "--access-log: stdout has the events of --output json; name a file with --access-log-file, or '/dev/stderr'";
}

function refuseFile(path: string): string | undefined {
  try {
    closeSync(openSync(path, LOG_FLAGS, LOG_MODE));
    return undefined;
  } catch (error) {
    return `--access-log-file ${path}: ${reasonOf(error)}`;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('errno' in error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENXIO') return 'nobody reads from it';
  return `can't be written to: ${getSystemErrorMessage(Number(error.errno))}`;
}
