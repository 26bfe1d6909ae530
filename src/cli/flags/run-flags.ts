import { isIP } from 'node:net';
import type { BackendOverride } from '../../gateway/index.ts';
import { readHostPort, readPort, text, toggle } from './flag-values.ts';
import type { Flag, FlagValues, Read } from './flags.ts';
import { KUBE_FLAGS } from './kube-flags.ts';
import { PROXY_FLAGS } from './proxy-flags.ts';
import { SERVING_FLAGS } from './serving-flags.ts';
import { workersFlag } from './workers-flag.ts';

const backend: Flag<readonly BackendOverride[]> = {
  placeholder: 'NS/NAME:PORT=HOST:PORT',
  help: 'send what is meant for this Service port to a\nprogram of yours; repeating adds',
  initial: [],
  read(value, before) {
    const read = readBackend(value);
    return 'refused' in read ? read : { value: [...before, read.value] };
  },
};

function readBackend(value: string): Read<BackendOverride> {
  const found = value.match(/^([a-z0-9.-]+\/[a-z0-9.-]+):(\d+)=(.+)$/);
  if (!found) return { refused: 'must be NS/NAME:PORT=HOST:PORT, for example default/api:8080=localhost:3000' };
  const port = readPort(found[2]!);
  if ('refused' in port) return port;
  const to = readHostPort(found[3]!);
  return 'refused' in to ? to : { value: { service: found[1]!, port: port.value, to: to.value } };
}

const map: Flag<ReadonlyMap<number, number>> = {
  placeholder: 'L=P',
  help: "serve the manifests' port L on port P (0: any free one);\nredirects, parentRef.port and statuses keep L",
  initial: new Map(),
  read(value, before) {
    const found = value.match(/^(\d+)=(\d+)$/);
    if (!found) return { refused: 'must be L=P, for example 80=8080' };
    const from = readPort(found[1]!);
    const to = readPort(found[2]!, 0);
    if ('refused' in from) return from;
    if ('refused' in to) return to;
    const other = [...before].find(([port, mapped]) => port !== from.value && mapped === to.value && mapped !== 0);
    if (other) return { refused: `port ${other[0]} is already served on ${to.value}` };
    return { value: new Map([...before, [from.value, to.value]]) };
  },
};

const listen: Flag<string> = {
  placeholder: 'ADDR',
  help: 'address of Gateways that ask for none (default 127.0.0.1)',
  initial: '127.0.0.1',
  read(value) {
    const address = value === 'localhost' ? '127.0.0.1' : value.replace(/^\[(.*)\]$/, '$1');
    if (isIP(address) === 0) return { refused: 'must be an IP address such as 127.0.0.1, 0.0.0.0 or ::' };
    return { value: address };
  },
};

export const RUN_FLAGS = {
  echo: toggle('answer for every Service without endpoints, with JSON that\nsays what was received'),
  'self-signed': toggle('make a certificate for each listener whose Secret is not there'),
  backend,
  map,
  listen,
  ...KUBE_FLAGS,
  'no-watch': toggle('read the manifests once and do not follow changes'),
  ...SERVING_FLAGS,
  'controller-name': text(
    'NAME',
    'only GatewayClasses of this controller are ours (default:\nevery one; with --kube sluice.dev/gateway-controller)',
  ),
  workers: workersFlag(1),
  ...PROXY_FLAGS,
};

export type RunFlags = FlagValues<typeof RUN_FLAGS>;
