import { controllerHost } from '../../identity/names.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { ADMIN_PORT, HEALTH_PORT } from '../plan/container-ports.ts';
import { flagTime } from './flag-time.ts';
import type { Install } from './install.ts';
import { shutdownTimes } from './shutdown-times.ts';
import { trafficFlags } from './traffic-flags.ts';
import { workerCount } from './worker-count.ts';

/** Where a proxy finds its token and the controller's authorities; the files change while it runs. */
export const IDENTITY = { volume: 'identity', path: '/run/secrets/sluice' } as const;
/** In memory: private keys are in it. The proxy makes a directory of its own there, for nobody else to read. */
export const STATE = { volume: 'state', path: '/run/sluice' } as const;
export const SCRATCH = { volume: 'tmp', path: '/tmp' } as const;

/** Nobody in particular: what images without root have. */
export const USER = 65_532;

const DEFAULT_RESOURCES = { requests: { cpu: '100m', memory: '160Mi' } };

/** The one container of a pod. Ports of listeners are left out: they inform only, and a new listener must not restart pods. */
export function containerOf({ parameters }: Pick<DataPlaneSpec, 'parameters'>, install: Install): object {
  const { image, imagePullPolicy, resources, service } = parameters;
  return {
    name: 'proxy',
    image: image ?? install.image,
    ...(imagePullPolicy && { imagePullPolicy }),
    args: argumentsOf(parameters, install),
    env: Object.entries(FIELDS).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } })),
    ports: [{ name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' }],
    ...PROBES,
    resources: resources ?? DEFAULT_RESOURCES,
    securityContext: securityContextOf(service?.type === 'HostNetwork'),
    volumeMounts: [
      { name: IDENTITY.volume, mountPath: IDENTITY.path, readOnly: true },
      { name: STATE.volume, mountPath: STATE.path },
      { name: SCRATCH.volume, mountPath: SCRATCH.path },
    ],
  };
}

/** On a node's own network, ports below 1024 need root, with this one capability. Containers that patches add have users of their own. */
function securityContextOf(host: boolean): object {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: !host,
    runAsUser: host ? 0 : USER,
    runAsGroup: host ? 0 : USER,
    capabilities: { drop: ['ALL'], ...(host && { add: ['NET_BIND_SERVICE'] }) },
  };
}

function argumentsOf(parameters: DataPlaneSpec['parameters'], { controller, namespace }: Install): readonly string[] {
  const { delay, drain } = shutdownTimes(parameters);
  const flags: Readonly<Record<string, string | true | undefined>> = {
    controller,
    // Wherever the address sends proxies on to.
    'server-name': controllerHost(namespace),
    'token-file': `${IDENTITY.path}/token`,
    'ca-file': `${IDENTITY.path}/ca.crt`,
    'state-dir': `${STATE.path}/state`,
    // Of IPv4 as well: probes come to whichever address the pod has.
    health: `[::]:${HEALTH_PORT}`,
    admin: `127.0.0.1:${ADMIN_PORT}`,
    workers: String(workerCount(parameters)),
    'shutdown-delay': flagTime(delay),
    'drain-timeout': flagTime(drain),
    'access-log': parameters.accessLog?.format,
    ...trafficFlags(parameters),
  };
  const named = Object.entries(flags).filter(([, value]) => value !== undefined);
  return ['proxy', ...named.map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`))];
}

/** What a proxy knows of its pod. */
const FIELDS = {
  POD_NAME: 'metadata.name',
  POD_NAMESPACE: 'metadata.namespace',
  POD_IP: 'status.podIPs',
  HOST_IP: 'status.hostIPs',
  NODE_NAME: 'spec.nodeName',
};

/** A proxy that waits for its first configuration is alive, and not ready. */
const PROBES = {
  startupProbe: {
    httpGet: { path: '/livez', port: 'health' },
    periodSeconds: 1,
    failureThreshold: 60,
    timeoutSeconds: 5,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'health' },
    periodSeconds: 2,
    failureThreshold: 2,
    timeoutSeconds: 5,
  },
  livenessProbe: {
    httpGet: { path: '/livez', port: 'health' },
    periodSeconds: 10,
    failureThreshold: 3,
    timeoutSeconds: 5,
  },
};
