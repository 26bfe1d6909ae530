import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../children.ts';
import { REQUEST_HEADER, RESPONSE_HEADER, UPSTREAM_TIMEOUT_SECONDS } from '../job.ts';
import { PROXY_CORE } from '../load.ts';
import { nginx as http } from '../peers/nginx.ts';
import type { ProtocolJob, ProtocolPeer } from './job.ts';

/** Debian's package libnginx-mod-stream. */
const STREAM = '/usr/lib/nginx/modules/ngx_stream_module.so';

function config({ dir, doors, backends, certificate, key }: ProtocolJob): string {
  const filters = `add_header ${RESPONSE_HEADER.name} ${RESPONSE_HEADER.value};`;
  const request = `${REQUEST_HEADER.name} ${REQUEST_HEADER.value}`;
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
${existsSync(STREAM) ? `load_module ${STREAM};` : ''}
daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log ${dir}/error.log;
events { worker_connections 32768; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 60s; http2_max_concurrent_streams 256;
  client_body_temp_path ${dir}/t1; proxy_temp_path ${dir}/t2; fastcgi_temp_path ${dir}/t3; uwsgi_temp_path ${dir}/t4; scgi_temp_path ${dir}/t5;
  upstream api { server 127.0.0.1:${backends.http}; keepalive 256; keepalive_requests 1000000000; }
  upstream calls { server 127.0.0.1:${backends.grpc}; keepalive 256; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header ${request};
  proxy_connect_timeout 5s; proxy_read_timeout ${UPSTREAM_TIMEOUT_SECONDS}s;
  server {
    listen 127.0.0.1:${doors.https} ssl http2 backlog=4096;
    ssl_certificate ${certificate}; ssl_certificate_key ${key}; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:all:10m;
    location / { proxy_pass http://api; ${filters} }
  }
  server {
    listen 127.0.0.1:${doors.h2c} http2 backlog=4096;
    location / { proxy_pass http://api; ${filters} }
  }
  server {
    listen 127.0.0.1:${doors.grpc} http2 backlog=4096;
    location / { grpc_pass grpc://calls; grpc_set_header ${request}; ${filters} }
  }
}
${existsSync(STREAM) ? stream({ doors, backends }) : ''}
`;
}

function stream({ doors, backends }: Pick<ProtocolJob, 'doors' | 'backends'>): string {
  return `stream {
  server { listen 127.0.0.1:${doors.tcp} backlog=4096; proxy_pass 127.0.0.1:${backends.http}; }
  server { listen 127.0.0.1:${doors.udp} udp; proxy_pass 127.0.0.1:${backends.udp}; proxy_timeout 60s; }
}`;
}

export const nginx: ProtocolPeer = {
  name: 'nginx',
  find: http.find,
  // grpc_pass answers 502 now and then where a backend answers before it has read the call.
  lacks: existsSync(STREAM) ? ['grpc'] : ['grpc', 'tcp', 'udp'],
  async start(program, job) {
    const file = path.join(job.dir, 'nginx.conf');
    writeFileSync(file, config(job));
    const child = startChild(PROXY_CORE, program, ['-c', file, '-e', path.join(job.dir, 'error.log')]);
    await untilListening(child, job.doors.https);
    return child;
  },
};
