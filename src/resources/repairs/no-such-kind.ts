import { KINDS } from '../any-resource.ts';
import type { Problem } from '../problem.ts';
import { didYouMean } from '../schema/did-you-mean.ts';
import { isRecord } from '../schema/plain-data.ts';
import { GATEWAY_GROUPS, SLUICE_GROUP } from '../shapes/names.ts';
import { corsFilterYaml } from './cors-policy.ts';
import type { Raw } from './repair.ts';
import { toYaml } from './yaml.ts';

/** Kinds that texts invent in the groups of Gateway API, and what there is instead. */
const INVENTED: Readonly<Record<string, (raw: Raw) => { readonly message: string; readonly fix: string | undefined }>> =
  {
    CORSPolicy: raw => ({
      message: 'Gateway API has no kind CORSPolicy; CORS is a filter of an HTTPRoute rule',
      fix: corsFilterYaml(raw.spec),
    }),
    InferencePool: raw => ({
      message:
        'InferencePool is of inference.networking.k8s.io/v1: it selects the Pods of a Deployment that stands by itself',
      fix: inferencePoolYaml(nameOf(raw, 'model-server')),
    }),
    InferenceModel: raw => ({
      message:
        'InferenceModel was of inference.networking.x-k8s.io and is gone: priority is an InferenceObjective, splitting ' +
        'between models an InferenceModelRewrite (both inference.networking.x-k8s.io/v1alpha2)',
      fix: objectiveYaml(nameOf(raw, 'model'), poolOf(raw)),
    }),
  };

function nameOf(raw: Raw, otherwise: string): string {
  return isRecord(raw.metadata) && typeof raw.metadata.name === 'string' ? raw.metadata.name : otherwise;
}

function poolOf(raw: Raw): string {
  const ref = isRecord(raw.spec) ? raw.spec.poolRef : undefined;
  return isRecord(ref) && typeof ref.name === 'string' ? ref.name : 'model-server';
}

function inferencePoolYaml(name: string): string | undefined {
  return toYaml({
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, targetPorts: [{ number: 8000 }] },
  });
}

function objectiveYaml(name: string, pool: string): string | undefined {
  return toYaml({
    apiVersion: 'inference.networking.x-k8s.io/v1alpha2',
    kind: 'InferenceObjective',
    metadata: { name },
    spec: { priority: 100, poolRef: { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: pool } },
  });
}

/** What to say about an object of a group of Gateway API, or of ours, whose kind or version does not exist; nothing for other groups. */
export function noSuchKind(raw: Raw, apiVersion: string, objectKind: string): Problem | undefined {
  const [group = '', version = ''] = apiVersion.split('/');
  const known = KINDS.find(kind => kind.kind === objectKind && kind.group === group);
  if (known) {
    const read = known.versions.map(one => one.name).join(', ');
    const message = `${objectKind} has no version ${JSON.stringify(version)}; Sluice reads ${read}`;
    return { severity: 'error', code: 'UnknownVersion', message, path: 'apiVersion' };
  }
  if (group === SLUICE_GROUP) return unknownKind('Sluice', objectKind, [SLUICE_GROUP]);
  if (!GATEWAY_GROUPS.includes(group)) return undefined;
  const invented = Object.hasOwn(INVENTED, objectKind) ? INVENTED[objectKind]!(raw) : undefined;
  if (invented) {
    const { message, fix } = invented;
    return { severity: 'error', code: 'NoSuchKind', path: 'kind', message, ...(fix !== undefined && { fix }) };
  }
  return unknownKind('Gateway API', objectKind, GATEWAY_GROUPS);
}

function unknownKind(owner: string, objectKind: string, groups: readonly string[]): Problem {
  const names = KINDS.filter(kind => groups.includes(kind.group)).map(kind => kind.kind);
  const message = `${owner} has no kind ${objectKind}${didYouMean(objectKind, names)}`;
  return { severity: 'error', code: 'NoSuchKind', message, path: 'kind' };
}

const DIRECT_RESPONSE = `Sluice has DirectResponse of ${SLUICE_GROUP}/v1alpha1 for rules that answer by themselves`;

const SLUICE_PROXY = `Sluice has SluiceProxy of ${SLUICE_GROUP}/v1alpha1 for how proxies are run`;

/** By `Kind.group`. */
const HINTS: Readonly<Record<string, string>> = {
  'Ingress.networking.k8s.io': 'Sluice does not read Ingress; an HTTPRoute says the same',
  'IngressClass.networking.k8s.io': 'Sluice does not read IngressClass; a GatewayClass says the same',
  'DirectResponse.gateway.kgateway.dev': DIRECT_RESPONSE,
  'HTTPRouteFilter.gateway.envoyproxy.io': DIRECT_RESPONSE,
  'EnvoyProxy.gateway.envoyproxy.io': SLUICE_PROXY,
  'GatewayParameters.gateway.kgateway.dev': SLUICE_PROXY,
  'NginxProxy.gateway.nginx.org': SLUICE_PROXY,
};

/** What to do about a kind that Sluice does not read, where there is something to do. */
export function hintFor(apiVersion: string, objectKind: string): string | undefined {
  const name = `${objectKind}.${apiVersion.split('/')[0]}`;
  return Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
}
