import { parseArgs } from 'node:util';
import { PARTS } from './parts.ts';

const NAMES = PARTS.map(({ name }) => name);
/** What peers are measured by, too. */
const PEER_PARTS = ['attached', 'propagation', 'churn'];

export const HELP = `npm run bench:cluster -- [flags]
  --only PARTS    of: ${NAMES.join(', ')}
                  (comma-separated; all)
  --size F        all counts of objects times F (1)
  --seconds S     how long a part may take (180; faults 600)
  --in-process    one controller that carries the traffic itself, in place of pods (without faults)
  --peer NAME     the same with another implementation, in the same run: envoy-gateway
                  (only ${PEER_PARTS.join(', ')})
  --peer-only     the peer alone
  --no-build      trust that the harness is built`;

export interface Flags {
  readonly parts: readonly string[];
  readonly peerParts: readonly string[];
  readonly size: number;
  readonly seconds: number | undefined;
  readonly inProcess: boolean;
  readonly peer: string | undefined;
  readonly peerOnly: boolean;
  readonly build: boolean;
}

/** Throws an error with a plain message for a flag that does not exist or a value that cannot be. */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: NAMES.join(',') },
      size: { type: 'string', default: '1' },
      seconds: { type: 'string' },
      'in-process': { type: 'boolean', default: false },
      peer: { type: 'string' },
      'peer-only': { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const parts = values.only.split(',');
  const unknown = parts.find(part => !NAMES.includes(part));
  if (unknown !== undefined) throw new Error(`--only: '${unknown}' is none of ${NAMES.join(', ')}`);
  if (values.peer !== undefined && values.peer !== 'envoy-gateway') {
    throw new Error(`--peer: '${values.peer}' is not envoy-gateway`);
  }
  return {
    parts,
    peerParts: parts.filter(part => PEER_PARTS.includes(part)),
    size: positive('size', values.size),
    seconds: values.seconds === undefined ? undefined : positive('seconds', values.seconds),
    inProcess: values['in-process'],
    peer: values.peer,
    peerOnly: values['peer-only'],
    build: !values['no-build'],
  };
}

function positive(name: string, text: string): number {
  if (!(Number(text) > 0)) throw new Error(`--${name}: '${text}' is not a number above 0`);
  return Number(text);
}
