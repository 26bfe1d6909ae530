import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import { REQUEST_HEADER, RESPONSE_HEADER, UPSTREAM_TIMEOUT_SECONDS } from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { haproxy as http } from '../peers/haproxy.ts';
import type { ProtocolJob, ProtocolPeer } from './job.ts';

const FILTERS = `  http-request set-header ${REQUEST_HEADER.name} ${REQUEST_HEADER.value}
  http-response set-header ${RESPONSE_HEADER.name} ${RESPONSE_HEADER.value}`;

function config({ doors, backends }: ProtocolJob, pem: string): string {
  return `global
  nbthread 1
  maxconn 9900
  tune.ssl.default-dh-param 2048
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server ${UPSTREAM_TIMEOUT_SECONDS}s
  timeout http-request 10s
  timeout http-keep-alive 60s
  http-reuse always
frontend https
  bind 127.0.0.1:${doors.https} ssl crt ${pem} alpn h2,http/1.1 backlog 4096
  default_backend api
frontend h2c
  bind 127.0.0.1:${doors.h2c} proto h2 backlog 4096
  default_backend api
frontend grpc
  bind 127.0.0.1:${doors.grpc} proto h2 backlog 4096
  default_backend calls
frontend tcp
  mode tcp
  bind 127.0.0.1:${doors.tcp} backlog 4096
  default_backend bytes
backend api
${FILTERS}
  server one 127.0.0.1:${backends.http}
backend calls
${FILTERS}
  server one 127.0.0.1:${backends.grpc} proto h2
backend bytes
  mode tcp
  server one 127.0.0.1:${backends.http}
`;
}

export const haproxy: ProtocolPeer = {
  name: 'HAProxy',
  find: http.find,
  lacks: ['udp'],
  async start(program, job) {
    const pem = path.join(job.dir, 'pair.pem');
    writeFileSync(pem, readFileSync(job.certificate, 'utf8') + readFileSync(job.key, 'utf8'));
    const file = path.join(job.dir, 'haproxy.cfg');
    writeFileSync(file, config(job, pem));
    const child = startChild(PROXY_CORE, program, ['-db', '-f', file]);
    await untilListening(child, job.doors.https);
    return child;
  },
};
