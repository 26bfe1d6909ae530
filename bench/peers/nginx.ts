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

const FORWARDED = `proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Request-Id $request_id;`;

function location(index: number): string {
  return `location ${routePath(index)} { proxy_pass http://api; }`;
}

function config({ dir, listenPort, backendPort, routes, forwarded }: Job): string {
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log ${dir}/error.log;
events { worker_connections 16384; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 60s; client_header_timeout 10s;
  client_body_temp_path ${dir}/t1; proxy_temp_path ${dir}/t2; fastcgi_temp_path ${dir}/t3; uwsgi_temp_path ${dir}/t4; scgi_temp_path ${dir}/t5;
  upstream api { server 127.0.0.1:${backendPort}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${listenPort} backlog=4096;
    server_name ${HOST};
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_max_temp_file_size 0;
    proxy_connect_timeout 5s; proxy_read_timeout ${UPSTREAM_TIMEOUT_SECONDS}s;
    proxy_set_header ${REQUEST_HEADER.name} ${REQUEST_HEADER.value}; ${forwarded ? FORWARDED : ''}
    add_header ${RESPONSE_HEADER.name} ${RESPONSE_HEADER.value};
    location = /status { stub_status; }
    ${Array.from({ length: routes }, (_, index) => location(index)).join('\n    ')}
  }
}
`;
}

export const nginx: Peer = {
  name: 'nginx',
  find: () => findProgram('nginx'),
  async start(program, job) {
    const file = path.join(job.dir, 'nginx.conf');
    writeFileSync(file, config(job));
    const child = startChild(PROXY_CORE, program, ['-c', file, '-e', path.join(job.dir, 'error.log')]);
    await untilListening(child, job.listenPort);
    return child;
  },
};
