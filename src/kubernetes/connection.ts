import http, { type AgentOptions } from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Credentials } from './credentials/credentials.ts';

/** What all requests under the same credentials share. */
export interface Connection {
  readonly server: URL;
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** A request was answered otherwise than by 401, and none was refused since. */
  worked: boolean;
}

/** Idle connections are closed before the server does it: a request sent at that moment would be lost. */
const IDLE_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function proxyOf(server: URL, proxyUrl: string | undefined): NodeJS.ProcessEnv | undefined {
  if (proxyUrl !== undefined) return { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl };
  return LOOPBACK.test(server.hostname) ? undefined : process.env;
}

/** Throws where certificates or the key are none that TLS can use. */
export function openConnection(credentials: Credentials): Connection {
  const { server, headers, proxyUrl, ca, cert, key, servername, rejectUnauthorized } = credentials;
  const url = new URL(server);
  const proxyEnv = proxyOf(url, proxyUrl);
  const options: AgentOptions = {
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_MS,
    scheduling: 'lifo',
    timeout: IDLE_MS,
    ...(proxyEnv && { proxyEnv }),
  };
  const tls = {
    secureContext: createSecureContext({ ca, cert, key }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
  const agent = url.protocol === 'https:' ? new https.Agent({ ...options, ...tls }) : new http.Agent(options);
  return { server: url, agent, headers: headers ?? {}, worked: false };
}
