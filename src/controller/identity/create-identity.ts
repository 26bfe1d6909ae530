import { hkdfSync } from 'node:crypto';
import {
  type ApiClient,
  failureKind,
  isOfRole,
  type Pace,
  pauseAfter,
  type RawObject,
  rawObjectOf,
  startListWatch,
} from '../../kubernetes/index.ts';
import type { Problem } from '../../resources/index.ts';
import { forbiddenProblem } from '../forbidden-rule.ts';
import { sameJson } from '../same-json.ts';
import { type CredentialsRecord, readCredentials, textsOf } from './credentials-record.ts';
import type { Identity, IdentityEvents } from './identity.ts';
import { isOver, renewed } from './renewal.ts';

export interface IdentityOptions extends IdentityEvents {
  readonly client: ApiClient;
  /** Of the Secret. */
  readonly namespace: string;
  /** Default `sluice-controller-tls`. */
  readonly secretName?: string;
  /** That proxies call the controller by: DNS names and IP addresses. */
  readonly names: readonly string[];
  readonly now?: () => number;
  /** Between failures in a row; default 0.2 s to 30 s. */
  readonly pace?: Pace;
  /** How often the leader looks for what is to be renewed; default an hour, in ms. */
  readonly interval?: number;
}

interface Stored {
  readonly resourceVersion: string;
  readonly record: CredentialsRecord | undefined;
}

export function createIdentity(options: IdentityOptions): Identity {
  const { client, namespace, secretName = 'sluice-controller-tls', names, now = Date.now } = options;
  const { pace = { firstMs: 200, mostMs: 30_000 }, interval = 3_600_000 } = options;
  const closing = new AbortController();
  const ready = Promise.withResolvers<void>();
  const collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const what = `Secret ${namespace}/${secretName}`;
  /** What is shown to proxies; it outlives the Secret. */
  let current: CredentialsRecord | undefined;
  /** Undefined: there is no Secret, as far as we know. */
  let stored: Stored | undefined;
  let read = false;
  let leading = false;
  let writing = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let problem: Problem | undefined;

  function report(found: Problem | undefined): void {
    if (sameJson(problem, found)) return;
    problem = found;
    options.onProblems();
  }

  function take({ metadata, data }: RawObject): void {
    const record = readCredentials(data);
    if ('unusable' in record) {
      stored = { resourceVersion: metadata.resourceVersion, record: undefined };
      report(unusable(`${what}: ${record.unusable}; delete it, and a new one is made`));
      return;
    }
    stored = { resourceVersion: metadata.resourceVersion, record };
    report(record.authority ? undefined : expiry(record));
    adopt(record);
  }

  function adopt(record: CredentialsRecord): void {
    if (sameJson(current, record)) return;
    current = record;
    ready.resolve();
    options.onChange();
  }

  /** Of certificates that others have to renew. */
  function expiry(record: CredentialsRecord): Problem | undefined {
    return isOver(record.server.certificate, now())
      ? unusable(`the certificate in ${what} has expired: renew it`)
      : undefined;
  }

  /** The leader brings the Secret to what is to stand there. */
  async function tend(): Promise<void> {
    if (!leading || !read || writing || (stored && !stored.record)) return;
    clearTimeout(retry);
    const next = renewed(stored?.record ?? current, { names, now: now() });
    if (next === stored?.record) return;
    writing = true;
    await write(next);
    writing = false;
  }

  async function write(record: CredentialsRecord): Promise<void> {
    const { signal } = closing;
    const data = encoded(record, stored !== undefined);
    const reply = stored
      ? await client.request('PATCH', `${collection}/${secretName}`, {
          contentType: 'application/merge-patch+json',
          body: { metadata: { resourceVersion: stored.resourceVersion }, data },
          signal,
        })
      : await client.request('POST', collection, { body: secretOf(secretName, data), signal });
    if (signal.aborted) return;
    const object = reply.kind === 'ok' ? rawObjectOf(reply.body) : undefined;
    if (object) {
      failures = 0;
      take(object);
      return;
    }
    if (reply.kind === 'failed') tellOf(stored ? 'patch' : 'create', reply.failure);
    // Who was quicker is seen by the watch before the next try.
    again();
  }

  function tellOf(verb: string, failure: Parameters<typeof failureKind>[0]): void {
    const kind = failureKind(failure);
    if (kind === 'forbidden' && isOfRole(failure.message)) report(missingRole(verb, failure.message));
    else if (kind === 'refused' || kind === 'failed' || kind === 'forbidden')
      report(unusable(`the API server refuses ${what}: ${failure.message}`));
  }

  function missingRole(verb: string, said: string): Problem {
    const loss = `${what}, by which proxies know the controller, is not kept`;
    const verbs = ['get', 'list', 'watch', 'create', 'patch'];
    return forbiddenProblem({ group: '', resource: 'secrets', verb, verbs, loss }, said);
  }

  function again(): void {
    clearTimeout(retry);
    retry = setTimeout(tend, pauseAfter(++failures, pace, 0.5));
    retry.unref();
  }

  const watch = startListWatch({
    client,
    path: collection,
    selector: { fieldSelector: `metadata.name=${secretName}` },
    onUpsert(object) {
      take(object);
      void tend();
    },
    onDelete() {
      stored = undefined;
      report(undefined);
      void tend();
    },
    onSynced() {
      read = true;
      void tend();
    },
    onTrouble(trouble) {
      if (trouble?.status === 403) report(missingRole(trouble.verb, trouble.message));
    },
  });
  const timer = setInterval(tend, interval);
  timer.unref();

  function known(): CredentialsRecord {
    if (!current) throw new Error('there are no credentials yet');
    return current;
  }

  return {
    lead(now) {
      leading = now;
      void tend();
    },
    ready: () => ready.promise,
    credentials() {
      const { certificate: cert, key } = known().server;
      return { cert, key };
    },
    authorities: () => known().trusted.join(''),
    derive(purpose) {
      const authorities = [current?.authority, current?.next].filter(pair => pair !== undefined);
      return authorities.map(({ key }) => new Uint8Array(hkdfSync('sha256', key, '', `sluice ${purpose}`, 32)));
    },
    problems: () => (problem ? [problem] : []),
    close() {
      closing.abort();
      watch.close();
      clearInterval(timer);
      clearTimeout(retry);
    },
  };
}

/** In base64; what is absent is null in a patch, and left out of a new Secret. */
function encoded(record: CredentialsRecord, isPatch: boolean): object {
  const entries = Object.entries(textsOf(record)).filter(([, text]) => isPatch || text !== null);
  return Object.fromEntries(entries.map(([key, text]) => [key, text && Buffer.from(text).toString('base64')]));
}

const unusable = (message: string): Problem => ({ severity: 'error', code: 'ServerCertificateUnusable', message });

function secretOf(name: string, data: object): object {
  const labels = { 'app.kubernetes.io/name': 'sluice', 'app.kubernetes.io/component': 'controller' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, type: 'kubernetes.io/tls', data };
}
