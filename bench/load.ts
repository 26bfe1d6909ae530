import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Child, startChild, untilListening } from './children.ts';
import { HOST, REQUEST_HEADER, type Running } from './job.ts';
import { findProgram } from './programs.ts';

export const LOAD_CORE = 0;
export const PROXY_CORE = 1;
export const BIG_BYTES = 1024 * 1024;

export interface Load {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** A new connection for every request. */
  readonly close?: boolean;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
}

export const wrk = findProgram('wrk');

/** One run on the load core; rejects when any answer was not 2xx or 3xx, or a connection failed. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const child = wrk ? startWrk(wrk, load) : startGenerator(load);
  await once(child.process, 'close');
  return parseWrk(child.output());
}

function startWrk(program: string, { connections, seconds, close, url }: Load): Child {
  const header = close ? ['-H', 'Connection: close'] : [];
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-H', `Host: ${HOST}`, ...header, url];
  return startChild(LOAD_CORE, program, args);
}

function startGenerator({ connections, seconds, close, url }: Load): Child {
  const script = path.join(import.meta.dirname, 'load-generator.ts');
  const args = [script, url, String(connections), String(seconds), close ? 'close' : 'keep'];
  return startChild(LOAD_CORE, process.execPath, args);
}

function parseWrk(output: string): LoadResult {
  const trouble = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(output)?.[0];
  if (trouble) throw new Error(trouble);
  const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
  if (requests === 0) throw new Error(`wrk completed no request: ${output.trim().slice(-300)}`);
  return { requests, perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? 0) };
}

/** 100 bytes for every path, 1 MiB for paths that end in /big; keep-alive. nginx where installed, else Node. */
export async function startBackend(port: number, dir: string): Promise<Running & { readonly kind: string }> {
  const nginx = findProgram('nginx');
  const child = nginx
    ? startChild(LOAD_CORE, nginx, ['-c', nginxBackend(port, dir), '-e', path.join(dir, 'error.log')])
    : startChild(LOAD_CORE, process.execPath, [path.join(import.meta.dirname, 'backend.ts'), String(port)]);
  await untilListening(child, port);
  return { pid: child.pid, stop: child.stop, kind: nginx ? 'nginx' : 'node' };
}

function nginxBackend(port: number, dir: string): string {
  const variable = `$http_${REQUEST_HEADER.name.toLowerCase().replaceAll('-', '_')}`;
  const file = path.join(dir, 'backend.conf');
  writeFileSync(path.join(dir, 'big'), Buffer.alloc(BIG_BYTES, 'x'));
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; worker_processes 1; pid ${dir}/backend.pid; error_log ${dir}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; sendfile on; root ${dir};
  client_body_temp_path ${dir}/t1; proxy_temp_path ${dir}/t2; fastcgi_temp_path ${dir}/t3; uwsgi_temp_path ${dir}/t4; scgi_temp_path ${dir}/t5;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      if (${variable} != "${REQUEST_HEADER.value}") { return 421; }
      return 200 "${'x'.repeat(100)}";
    }
    location ~ /big$ { try_files /big =404; }
  }
}
`,
  );
  return file;
}
