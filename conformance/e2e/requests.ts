import http from 'node:http';
import https from 'node:https';
import type { Cluster } from '../cluster/cluster.ts';
import { GATEWAY_API } from '../cluster/objects.ts';
import { statusOf } from '../cluster/ready.ts';
import type { Expected, Request } from './steps.ts';

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
}

/** What differs from what is expected; undefined: nothing. */
export async function askCluster(
  cluster: Cluster,
  namespace: string,
  request: Request,
  expected: Expected,
): Promise<string | undefined> {
  const address = await addressOf(cluster, namespace, request.gateway);
  if (address === undefined) return expected.status === 0 ? undefined : `Gateway ${request.gateway} has no address`;
  const port = request.nodePort ? await nodePortOf(cluster, namespace, request) : request.port;
  const backends = new Set<string>();
  let cookie: string | undefined;
  for (let i = 0; i < (request.times ?? 1); i++) {
    const answer = await send(address, port ?? (request.tls ? 443 : 80), request, cookie);
    const wrong = difference(answer, expected);
    if (wrong !== undefined) return `request ${i + 1}: ${wrong}`;
    backends.add(String(answer.headers['x-backend'] ?? ''));
    if (request.cookies) cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie;
  }
  const several = backends.size > 1;
  if (expected.backends !== undefined && several !== (expected.backends === 'several'))
    return `backends: ${[...backends]}`;
  return undefined;
}

function difference({ status, headers }: Answer, expected: Expected): string | undefined {
  if (status !== expected.status) return `status ${status}`;
  const wrong = Object.entries(expected.headers ?? {}).find(([name, value]) => headers[name] !== value);
  return wrong && `${wrong[0]}: ${headers[wrong[0]]}`;
}

async function addressOf(cluster: Cluster, namespace: string, name: string): Promise<string | undefined> {
  const gateway = await cluster.read({ apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { namespace, name } });
  return statusOf(gateway).addresses?.[0]?.value;
}

/** Of the Service that was made for a Gateway. */
async function nodePortOf(
  cluster: Cluster,
  namespace: string,
  { gateway, port = 80 }: Request,
): Promise<number | undefined> {
  const selector = `gateway.networking.k8s.io/gateway-name=${gateway}`;
  const [service] = await cluster.list({ apiVersion: 'v1', kind: 'Service' }, namespace, selector);
  const { ports = [] } = (service?.spec ?? {}) as { ports?: readonly { port: number; nodePort?: number }[] };
  return ports.find(one => one.port === port)?.nodePort;
}

const PATIENCE_MS = 5_000;

function send(
  address: string,
  port: number,
  { tls, host, path = '/', headers }: Request,
  cookie?: string,
): Promise<Answer> {
  const options = {
    host: address,
    port,
    path,
    agent: false as const,
    timeout: PATIENCE_MS,
    headers: { ...headers, host, ...(cookie !== undefined && { cookie }) },
  };
  return new Promise(resolve => {
    const got = (response: http.IncomingMessage) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    };
    const sent = tls
      ? https.request({ ...options, servername: host, rejectUnauthorized: false }, got)
      : http.request(options, got);
    sent
      .on('timeout', () => sent.destroy())
      .on('error', () => resolve({ status: 0, headers: {} }))
      .end();
  });
}
