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
import { findProgram } from '../programs.ts';

const FORWARDED = `  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Request-Id %[uuid()]`;

function rule(index: number): string {
  return `  use_backend api if { hdr(host) -i ${HOST} } { path_beg ${routePath(index)} }`;
}

function config({ listenPort, backendPort, routes, forwarded }: Job): string {
  return `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server ${UPSTREAM_TIMEOUT_SECONDS}s
  timeout http-request 10s
  timeout http-keep-alive 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${listenPort} backlog 4096
${Array.from({ length: routes }, (_, index) => rule(index)).join('\n')}
backend api
  http-request set-header ${REQUEST_HEADER.name} ${REQUEST_HEADER.value}
  http-response set-header ${RESPONSE_HEADER.name} ${RESPONSE_HEADER.value}
${forwarded ? FORWARDED : ''}
  server one 127.0.0.1:${backendPort}
`;
}

export const haproxy: Peer = {
  name: 'HAProxy',
  find: () => findProgram('haproxy'),
  async start(program, job) {
    const file = path.join(job.dir, 'haproxy.cfg');
    writeFileSync(file, config(job));
    const child = startChild(PROXY_CORE, program, ['-db', '-f', file]);
    await untilListening(child, job.listenPort);
    return child;
  },
};
