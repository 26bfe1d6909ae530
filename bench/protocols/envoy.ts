import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import { REQUEST_HEADER, RESPONSE_HEADER, UPSTREAM_TIMEOUT_SECONDS } from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { envoy as http } from '../peers/envoy.ts';
import type { ProtocolJob, ProtocolPeer } from './job.ts';

const TYPES = 'type.googleapis.com/envoy.extensions';
const FILTERS = `${TYPES}.filters`;

function address(port: number, protocol = 'TCP') {
  return { socket_address: { protocol, address: '127.0.0.1', port_value: port } };
}

function header({ name, value }: { name: string; value: string }) {
  return { header: { key: name, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' };
}

function manager(cluster: string) {
  const route = { cluster, timeout: `${UPSTREAM_TIMEOUT_SECONDS}s` };
  const edits = {
    request_headers_to_add: [header(REQUEST_HEADER)],
    response_headers_to_add: [header(RESPONSE_HEADER)],
  };
  return {
    '@type': `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: cluster,
    stream_idle_timeout: '60s',
    http_filters: [{ name: 'router', typed_config: { '@type': `${FILTERS}.http.router.v3.Router` } }],
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route, ...edits }] }],
    },
  };
}

function listener(name: string, port: number, config: object, secured?: object) {
  const chain = { filters: [{ name: 'one', typed_config: config }], ...(secured && { transport_socket: secured }) };
  return { name, address: address(port), filter_chains: [chain] };
}

function tls({ certificate, key }: ProtocolJob) {
  const pair = { certificate_chain: { filename: certificate }, private_key: { filename: key } };
  const context = { tls_certificates: [pair], alpn_protocols: ['h2', 'http/1.1'] };
  const type = `${TYPES}.transport_sockets.tls.v3.DownstreamTlsContext`;
  return { name: 'tls', typed_config: { '@type': type, common_tls_context: context } };
}

function udpListener(port: number) {
  const router = `${FILTERS}.udp.udp_proxy.v3.Route`;
  const matcher = {
    on_no_match: { action: { name: 'route', typed_config: { '@type': router, cluster: 'datagrams' } } },
  };
  const config = { '@type': `${FILTERS}.udp.udp_proxy.v3.UdpProxyConfig`, stat_prefix: 'udp', matcher };
  return { name: 'udp', address: address(port, 'UDP'), listener_filters: [{ name: 'udp', typed_config: config }] };
}

function cluster(name: string, port: number, more: object = {}) {
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }];
  const load_assignment = { cluster_name: name, endpoints };
  return { name, type: 'STATIC', connect_timeout: '5s', load_assignment, ...more };
}

const HTTP2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': `${TYPES}.upstreams.http.v3.HttpProtocolOptions`,
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

function config(job: ProtocolJob) {
  const { doors, backends } = job;
  const bytes = { '@type': `${FILTERS}.network.tcp_proxy.v3.TcpProxy`, stat_prefix: 'tcp', cluster: 'api' };
  return {
    static_resources: {
      listeners: [
        listener('https', doors.https, manager('api'), tls(job)),
        listener('h2c', doors.h2c, manager('api')),
        listener('grpc', doors.grpc, manager('calls')),
        listener('tcp', doors.tcp, bytes),
        udpListener(doors.udp),
      ],
      clusters: [
        cluster('api', backends.http),
        cluster('calls', backends.grpc, HTTP2),
        cluster('datagrams', backends.udp),
      ],
    },
  };
}

export const envoy: ProtocolPeer = {
  name: 'Envoy',
  find: http.find,
  lacks: [],
  async start(program, job) {
    const file = path.join(job.dir, 'envoy.json');
    writeFileSync(file, JSON.stringify(config(job)));
    const args = ['-c', file, '--concurrency', '1', '--log-level', 'error', '--disable-hot-restart'];
    const child = startChild(PROXY_CORE, program, args);
    await untilListening(child, job.doors.https);
    return child;
  },
};
