import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { TLSSocket } from 'node:tls';

/** Who is let in. */
export interface Security {
  readonly tls: boolean;
  readonly authenticate: boolean;
  readonly tokens: ReadonlySet<string>;
}

/** How a kubeconfig says who asks: the user entry of it. */
export type Identity = Readonly<Record<string, unknown>>;

/** Keys and certificates that are worth nothing anywhere else; good for 100 years. */
export const CERTIFICATES = path.join(import.meta.dirname, 'certificates');

export const certificate = (name: string) => readFileSync(path.join(CERTIFICATES, name), 'utf8');

const base64 = (name: string) => Buffer.from(certificate(name)).toString('base64');

/** The user entry that has the client certificate. */
export const clientCertificate = (): Identity => ({
  'client-certificate-data': base64('client.crt'),
  'client-key-data': base64('client.key'),
});

/** The server's certificate: that of `ca.crt`, or that of `other-ca.crt`. */
export function tlsOptions(name: 'server' | 'other-server' = 'server') {
  return {
    key: certificate(`${name}.key`),
    cert: certificate(`${name}.crt`),
    ca: certificate('ca.crt'),
    requestCert: true,
    rejectUnauthorized: false,
  };
}

export function isLetIn(request: IncomingMessage, { authenticate, tokens }: Security): boolean {
  if (!authenticate) return true;
  if (request.socket instanceof TLSSocket && request.socket.authorized) return true;
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return token !== undefined && tokens.has(token);
}

/** JSON, which is YAML too. */
export function kubeconfigFor(server: string, identity: Identity = {}): string {
  const secure = server.startsWith('https:');
  const cluster = { server, ...(secure && { 'certificate-authority-data': base64('ca.crt') }) };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'tester', user: identity }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester' } }],
    'current-context': 'test',
  });
}
