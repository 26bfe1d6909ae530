import { DEFAULT_CONTROLLER_NAME } from '../../translate/index.ts';
import { text, toggle } from './flag-values.ts';
import type { Flag, FlagValues } from './flags.ts';
import { API_SERVER_FLAGS } from './kube-flags.ts';
import { PROXY_FLAGS } from './proxy-flags.ts';
import { SERVING_FLAGS } from './serving-flags.ts';
import { workersFlag } from './workers-flag.ts';

const addressPool: Flag<readonly string[]> = {
  placeholder: 'CIDR',
  help: 'addresses for the Gateways, one each; this machine must\nreceive what is sent to them; repeating adds',
  initial: [],
  read: (value, before) => ({ value: [...before, value] }),
};

const controllerName: Flag<string> = {
  placeholder: 'NAME',
  help: `GatewayClasses of this controller are ours\n(default ${DEFAULT_CONTROLLER_NAME})`,
  initial: DEFAULT_CONTROLLER_NAME,
  read: value =>
    /^[a-z0-9.-]+\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(value)
      ? { value }
      : { refused: 'must be DOMAIN/PATH, for example sluice.dev/gateway-controller' },
};

export const CONTROLLER_FLAGS = {
  'in-process': toggle('serve in this process (the only way in this version)'),
  'address-pool': addressPool,
  'controller-name': controllerName,
  ...API_SERVER_FLAGS,
  'lease-namespace': text(
    'NAME',
    'where the Lease is that one controller of several holds\n(default the namespace of the context or pod)',
  ),
  ...SERVING_FLAGS,
  workers: workersFlag('auto'),
  ...PROXY_FLAGS,
};

export type ControllerFlags = FlagValues<typeof CONTROLLER_FLAGS>;
