import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_CONTROLLER_NAME } from '../../translate/index.ts';
import { address, type Place, place, text, toggle } from './flag-values.ts';
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

const LISTEN: Place = { host: '::', port: 18_000 };

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
  'in-process': toggle('serve in this process, without pods of their own for\nGateways; needs --address-pool'),
  'address-pool': addressPool,
  'config-listen': place(LISTEN, 'where proxies are listened for (default [::]:18000, of\nIPv4 as well)'),
  'config-address': address(
    'what proxies are told to dial (default\nsluice-controller.NAMESPACE.svc and the port of\n--config-listen)',
  ),
  'proxy-image': text(
    'IMAGE',
    'of proxies whose SluiceProxy names none (default\nsluice/sluice and the version of this program)',
  ),
  health: place(undefined, 'where /readyz, /livez and /metrics are (default: only\nat the admin endpoint)'),
  'controller-name': controllerName,
  ...API_SERVER_FLAGS,
  namespace: text(
    'NAME',
    "the controller's own, where its credentials and shared\ndata planes are (default that of the context or pod)",
  ),
  'lease-namespace': text(
    'NAME',
    'where the Lease is that one controller of several holds\n(default the namespace of the context or pod)',
  ),
  ...SERVING_FLAGS,
  workers: workersFlag('auto'),
  ...PROXY_FLAGS,
};

export type ControllerFlags = FlagValues<typeof CONTROLLER_FLAGS>;

const OF_PROXIES_IN_PODS = ['config-listen', 'config-address', 'proxy-image', 'health'] as const;
const OF_THIS_PROCESS = Object.keys({ 'address-pool': addressPool, workers: true, ...PROXY_FLAGS });

/** What is wrong with a flag that would say nothing: proxies are in this process or in pods. */
export function flagOfOtherMode(flags: ControllerFlags): string | undefined {
  const others: readonly string[] = flags['in-process'] ? OF_PROXIES_IN_PODS : OF_THIS_PROCESS;
  const given = Object.entries(flags).find(
    ([name, value]) => others.includes(name) && !isDeepStrictEqual(value, initialOf(name)),
  );
  if (!given) return undefined;
  return flags['in-process']
    ? `--${given[0]} is about proxies in pods, and --in-process has none`
    : `--${given[0]} goes with --in-process; SluiceProxy says how proxies in pods are run`;
}

function initialOf(name: string): unknown {
  return Object.entries(CONTROLLER_FLAGS).find(([each]) => each === name)?.[1].initial;
}
