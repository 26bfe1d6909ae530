import { hostname } from 'node:os';
import { address, duration, place, text } from './flag-values.ts';
import type { FlagValues } from './flags.ts';
import { PROXY_FLAGS } from './proxy-flags.ts';
import { SERVING_FLAGS } from './serving-flags.ts';
import { workersFlag } from './workers-flag.ts';

const ADMIN = { host: '127.0.0.1', port: 19_000 };
const HEALTH = { host: '::', port: 19_001 };

/** Of `sluice proxy`. */
export const DATA_PLANE_FLAGS = {
  controller: address('the controller that the configuration comes from'),
  'server-name': text('NAME', "the name that the controller's certificate is for\n(default the host of --controller)"),
  'token-file': text(
    'FILE',
    'who this proxy is: a ServiceAccount token for the audience\nsluice.dev/config, read anew for each connection',
  ),
  'ca-file': text('FILE', "authorities that the controller's certificate is judged by,\nread anew for each connection"),
  'state-dir': text(
    'DIR',
    'where the configuration is kept, private keys included,\nto start with where the controller is away (default:\nnowhere)',
  ),
  health: place(HEALTH, 'where /readyz, /livez and /metrics are (default\n[::]:19001, of IPv4 as well)'),
  admin: place(ADMIN, 'where the whole admin endpoint is (default\n127.0.0.1:19000)'),
  workers: workersFlag('auto'),
  'shutdown-delay': duration(
    3_000,
    'connections are still taken for so long when a signal\ncomes, until nobody sends any (default 3s)',
  ),
  'drain-timeout': SERVING_FLAGS['drain-timeout'],
  output: SERVING_FLAGS.output,
  ...PROXY_FLAGS,
};

export type DataPlaneFlags = FlagValues<typeof DATA_PLANE_FLAGS>;

/** What must be named. */
export const NEEDED = ['controller', 'token-file', 'ca-file'] as const;

/** Who this proxy is, and where, as its pod was told. */
export function podFacts(environment: NodeJS.ProcessEnv) {
  const { POD_NAMESPACE = 'default', POD_NAME = hostname(), POD_IP, HOST_IP } = environment;
  return {
    name: `${POD_NAMESPACE}/${POD_NAME}`,
    podAddresses: addresses(POD_IP),
    hostAddresses: addresses(HOST_IP),
  };
}

/** One, or several with commas between, as the downward API gives them. */
function addresses(text = ''): readonly string[] {
  return text.split(',').filter(address => address !== '');
}
