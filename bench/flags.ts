import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [flags]
  --rounds N      interleaved rounds (5)
  --seconds S     seconds of load per proxy and round (3)
  --routes N      size of the large route table (5000)
  --repeats N     edits and starts that are timed (10)
  --only PARTS    of: http, protocols, routes, memory, idle, certificates, save, start
                  (comma-separated; all)
  --all           also new connections, and answers of 1 MiB
  --forwarded     nginx and HAProxy write X-Forwarded-* and X-Request-Id too, as Sluice and Envoy always do
  --access-log    also Sluice with a JSON access log in a file
  --workers       also Sluice with two workers, on the same core
  --peers NAMES   only these of Sluice, nginx, HAProxy, Envoy`;

const PARTS = ['http', 'protocols', 'routes', 'memory', 'idle', 'certificates', 'save', 'start'] as const;
export type Part = (typeof PARTS)[number];

export interface Flags {
  readonly rounds: number;
  readonly seconds: number;
  readonly routes: number;
  readonly repeats: number;
  readonly parts: ReadonlySet<string>;
  readonly all: boolean;
  readonly forwarded: boolean;
  readonly accessLog: boolean;
  readonly workers: boolean;
  /** Lower case; undefined for all. */
  readonly peers: ReadonlySet<string> | undefined;
}

/** Throws an error with a plain message for a flag that does not exist or a value that cannot be. */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      routes: { type: 'string', default: '5000' },
      repeats: { type: 'string', default: '10' },
      only: { type: 'string', default: PARTS.join(',') },
      peers: { type: 'string' },
      all: { type: 'boolean', default: false },
      forwarded: { type: 'boolean', default: false },
      'access-log': { type: 'boolean', default: false },
      workers: { type: 'boolean', default: false },
    },
  });
  const parts = values.only.split(',');
  const unknown = parts.find(part => !PARTS.some(known => known === part));
  if (unknown !== undefined) throw new Error(`--only: '${unknown}' is none of ${PARTS.join(', ')}`);
  const peers = values.peers === undefined ? undefined : new Set(values.peers.toLowerCase().split(','));
  return {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    routes: positive('routes', values.routes),
    repeats: positive('repeats', values.repeats),
    parts: new Set(parts),
    all: values.all,
    forwarded: values.forwarded,
    accessLog: values['access-log'],
    workers: values.workers,
    peers,
  };
}

function positive(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name}: '${text}' is not a whole number above 0`);
  return Number(text);
}
