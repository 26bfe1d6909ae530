import { parseArgs } from 'node:util';

export const HELP = `npm run soak -- [flags]
  --minutes N     how long (30); a fraction will do
  --rate N        requests a second (500)
  --workers N     worker threads of the gateway (2)`;

export interface Flags {
  readonly minutes: number;
  readonly rate: number;
  readonly workers: number;
}

/** Undefined when help is asked for; throws an error with a plain message for a flag or value that cannot be. */
export function parseFlags(args: readonly string[]): Flags | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      rate: { type: 'string', default: '500' },
      workers: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    minutes: positive('minutes', values.minutes),
    rate: positive('rate', values.rate),
    workers: positive('workers', values.workers),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1e6)) throw new Error(`--${name} ${text}: must be a number above 0`);
  return value;
}
