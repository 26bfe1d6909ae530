import { constants, createHash } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContextOptions } from 'node:tls';
import type { Backend, BackendTls, ClientValidation, Delta, Secret, TlsTermination } from '../../ir/index.ts';
import { type CertificateIndex, indexCertificates, isCertificate, type Shown } from './certificate-index.ts';
import { ClientSessions, type ClientTls } from './client-tls.ts';
import { ContextCache, type Made } from './context-cache.ts';
import { refuseIdentity } from './server-identity.ts';
import { TlsFailure } from './tls-failure.ts';

/** With which certificate a client is met. */
export interface ServerChoice {
  readonly context: Made;
  /** Name of its Secret; where several are shown side by side, of the first. */
  readonly certificate: string;
}

/** How long a session may be resumed, seconds. */
const SESSION_TIME = 7_200;

/** What was made of the TLS of a listener while the Secrets were as in `generation`. */
interface Server {
  readonly generation: number;
  readonly certificates: CertificateIndex;
  readonly clients: Clients;
}

/** Whom a listener believes, as OpenSSL wants it, and in so many letters. */
interface Clients {
  readonly name: string;
  readonly authorities: readonly string[];
}

interface KnownClient {
  readonly made: string;
  readonly tls: ClientTls;
}

/**
 * The Secrets of the configuration, and what is made of them when a connection wants it: contexts of OpenSSL for listeners and
 * backends. Connections keep the context that they began with; a Secret that changes concerns the next.
 */
export class TlsStore {
  /** Of listeners; for tests. */
  readonly contexts: ContextCache;
  private readonly outward: ContextCache;
  private readonly secrets = new Map<string, Secret>();
  private readonly servers = new WeakMap<TlsTermination, Server>();
  private readonly clients = new WeakMap<Backend, Map<string, KnownClient>>();
  private generation = 0;

  /** `most`: contexts that are kept; `secret`: of the keys of tickets, the same in all threads. */
  constructor(most: number, secret: Uint8Array) {
    this.contexts = new ContextCache(most, secret);
    this.outward = new ContextCache(most, secret);
  }

  /** Keys of tickets come from this one from now on: contexts are made anew, connections keep theirs. */
  useTicketSecret(secret: Uint8Array): void {
    for (const cache of [this.contexts, this.outward]) cache.use(secret);
  }

  /** Takes the Secrets of a delta. */
  apply({ upserts, removals }: Delta): void {
    for (const unit of upserts) if (unit.kind === 'Secret') this.set(unit.name, unit);
    for (const { kind, name } of removals) if (kind === 'Secret') this.set(name, undefined);
  }

  private set(name: string, secret: Secret | undefined): void {
    const before = this.secrets.get(name);
    if (before?.hash === secret?.hash) return;
    if (secret === undefined) this.secrets.delete(name);
    else this.secrets.set(name, secret);
    this.generation++;
    if (before === undefined) return;
    const part = `${partName(before)} `;
    for (const cache of [this.contexts, this.outward]) cache.forget(made => made.includes(part));
  }

  /** For a client that asks `tls`'s listener for `serverName`. */
  server(tls: TlsTermination, serverName: string): ServerChoice {
    const { certificates, clients } = this.serverOf(tls);
    const shown = certificates.find(serverName);
    if (shown === undefined)
      return { context: new TlsFailure('certificate', 'its Secret is not there'), certificate: '' };
    const name = `${shown.map(partName).join(' ')} | ${tls.minVersion ?? ''} ${tls.ciphers ?? ''} | ${clients.name}`;
    const context = this.contexts.get(name, keys => serverContext(tls, shown, clients, keys));
    return { context, certificate: shown[0]!.name };
  }

  private serverOf(tls: TlsTermination): Server {
    const known = this.servers.get(tls);
    if (known?.generation === this.generation) return known;
    const certificates = tls.certificates.map(name => this.secrets.get(name)).filter(isCertificate);
    const server = {
      generation: this.generation,
      certificates: indexCertificates(certificates),
      clients: this.clientsOf(tls.clients),
    };
    this.servers.set(tls, server);
    return server;
  }

  private clientsOf(validation: ClientValidation | undefined): Clients {
    if (validation === undefined) return { name: '', authorities: [] };
    const authorities = this.authoritiesOf(validation.authorities);
    return {
      name: `${validation.mode} ${authorities.map(partName).join(' ')} `,
      authorities: authorities.map(({ content }) => (content.kind === 'authorities' ? content.pem : '')),
    };
  }

  private authoritiesOf(names: readonly string[]): readonly Secret[] {
    const secrets = names.map(name => this.secrets.get(name));
    return secrets.filter(secret => secret?.content.kind === 'authorities').filter(secret => secret !== undefined);
  }

  /**
   * For a connection to a backend that has `tls`. To be asked for each connection: the answer is the same object until the unit
   * or one of its Secrets changes. `protocols`: offered by ALPN.
   */
  client(
    backend: Backend & { readonly tls: BackendTls },
    protocols: readonly string[] = offeredTo(backend),
  ): ClientTls {
    const { tls } = backend;
    const parts = [...(tls.authorities === 'system' ? [] : tls.authorities), tls.clientCertificate ?? ''];
    const made = parts.map(name => this.secrets.get(name)?.hash).join(' ');
    const known = this.clients.get(backend)?.get(protocols.join());
    if (known?.made === made) return known.tls;
    const client = this.createClient(tls, protocols);
    const all = this.clients.get(backend) ?? new Map<string, KnownClient>();
    this.clients.set(backend, all.set(protocols.join(), { made, tls: client }));
    return client;
  }

  private createClient(tls: BackendTls, protocols: readonly string[]): ClientTls {
    return {
      context: this.clientContext(tls),
      serverName: tls.serverName,
      protocols,
      refuse: certificate => refuseIdentity(tls, certificate),
      sessions: new ClientSessions(),
    };
  }

  private clientContext({ authorities, clientCertificate }: BackendTls): Made {
    const trusted = authorities === 'system' ? undefined : this.authoritiesOf(authorities);
    const own = clientCertificate === undefined ? undefined : this.secrets.get(clientCertificate);
    if (trusted?.length === 0) return new TlsFailure('certificate', 'the authorities of the backend are not there');
    if (clientCertificate !== undefined && !isCertificate(own)) {
      return new TlsFailure('certificate', 'the certificate for the backend is not there');
    }
    const pair = isCertificate(own) ? own : undefined;
    const name = `${pair === undefined ? '' : partName(pair)} | ${trusted?.map(partName).join(' ') ?? 'system'} `;
    const ca = trusted?.map(({ content }) => (content.kind === 'authorities' ? content.pem : ''));
    return this.outward.get(name, () =>
      make({
        ca: ca ?? systemAuthorities(),
        minVersion: 'TLSv1.2',
        ...(pair && { cert: pair.content.chain, key: pair.content.key }),
      }),
    );
  }
}

/** What a backend is offered: what is spoken with it. */
function offeredTo({ protocol }: Backend): readonly string[] {
  switch (protocol) {
    case 'http1':
      return ['http/1.1'];
    case 'http2':
      return ['h2'];
    case 'negotiated':
      return ['h2', 'http/1.1'];
  }
}

function partName({ name, hash }: { readonly name: string; readonly hash: string }): string {
  return `${name}@${hash}`;
}

function serverContext(tls: TlsTermination, shown: Shown, clients: Clients, ticketKeys: Buffer): Made {
  if (tls.clients !== undefined && clients.authorities.length === 0) {
    return new TlsFailure('certificate', 'the authorities of clients are not there');
  }
  return make({
    cert: shown.map(({ content }) => content.chain),
    key: shown.map(({ content }) => content.key),
    // Without any, the ones that Node trusts would be read. Where all are let in nobody is judged: a signature that is not good
    // would leave an error behind in OpenSSL, by which Node ends the connection though it was told to go on.
    ca: tls.clients?.mode === 'valid-only' ? [...clients.authorities] : [],
    minVersion: tls.minVersion ?? 'TLSv1.2',
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(tls.ciphers !== undefined && { ciphers: tls.ciphers }),
    ticketKeys,
    sessionTimeout: SESSION_TIME,
    // Whoever was let in by other rules comes in by a whole handshake.
    sessionIdContext: createHash('sha256').update(clients.name).digest('hex').slice(0, 32),
  });
}

function make(options: SecureContextOptions): Made {
  try {
    return createSecureContext(options);
  } catch (error) {
    return new TlsFailure('certificate', error instanceof Error ? error.message : String(error));
  }
}

let system: string[] | undefined;

/** Those of the operating system; of a system without any, those that come with Node. */
function systemAuthorities(): string[] {
  system ??= getCACertificates('system');
  if (system.length === 0) system = getCACertificates('bundled');
  return system;
}
