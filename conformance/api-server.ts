import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';

/** What an API server answered; status 0: nothing. */
export interface Reply {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly text: string;
  readonly warning: string | undefined;
}

export type Send = (method: string, path: string, body?: unknown, contentType?: string) => Promise<Reply>;

export interface AdminClient {
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: Buffer;
  send: Send;
  /** Reads an answer without an end; what stops it. */
  stream(path: string, onText: (text: string) => void): () => void;
  close(): void;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate': string; readonly 'client-key': string };
  }[];
}

/** The administrator of the harness's API server; its kubeconfig is JSON. It shares no code with the client under test. */
export function adminClient(kubeconfig: string, maxSockets = 8): AdminClient {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { server, 'certificate-authority': authorityFile } = clusters[0]!.cluster;
  const { 'client-certificate': cert, 'client-key': key } = users[0]!.user;
  const authority = readFileSync(authorityFile);
  const agent = new Agent({
    keepAlive: true,
    maxSockets,
    ca: authority,
    cert: readFileSync(cert),
    key: readFileSync(key),
  });
  const send: Send = (method, path, body, contentType = 'application/json') => {
    const headers = body === undefined ? {} : { 'content-type': contentType };
    return exchange(`${server}${path}`, { method, agent, headers }, body);
  };
  const stream: AdminClient['stream'] = (path, onText) => {
    const sent = request(`${server}${path}`, { agent }, response => {
      response.setEncoding('utf8').on('data', onText).on('error', ignore);
    });
    sent.on('error', ignore).end();
    return () => void sent.destroy();
  };
  return { server, authority, send, stream, close: () => agent.destroy() };
}

/** Who follows sees that nothing comes any more. */
const ignore = () => {};

const TIMEOUT_MS = 10_000;

function exchange(url: string, options: RequestOptions, body: unknown): Promise<Reply> {
  return new Promise(resolve => {
    const fail = (error: Error) => resolve({ status: 0, body: undefined, text: error.message, warning: undefined });
    const sent = request(url, { ...options, timeout: TIMEOUT_MS }, response => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', fail)
        .on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode: status = 0, headers } = response;
          resolve({ status, body: parse(text), text, warning: headers.warning });
        });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`))).on('error', fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
