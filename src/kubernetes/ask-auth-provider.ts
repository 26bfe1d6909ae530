import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Unusable } from './credentials.ts';
import type { Entry } from './kubeconfig-entries.ts';
import { isRecord, parseJson } from './plain-data.ts';
import type { AsUser } from './user-credentials.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ENTRY = fileURLToPath(new URL(`./credentials-process.${EXTENSION}`, import.meta.url));

/** An identity provider that does not answer has that long, in ms. */
const PATIENCE_MS = 60_000;

/**
 * Gets a token from the `auth-provider` of a user (OpenID Connect above all) by the Kubernetes client library, which runs
 * in a process of its own: it takes 87 MB that would stay (ADR 7). The question goes by its stdin, for arguments are seen by
 * other users of the machine.
 */
export function askAuthProvider(user: Entry, env: NodeJS.ProcessEnv): Promise<AsUser | Unusable> {
  const { promise, resolve } = Promise.withResolvers<AsUser | Unusable>();
  const child = spawn(process.execPath, ['--no-warnings', ENTRY], { env, stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const answer = textOf(child.stdio[3] as Readable);
  child.on('error', () => {});
  child.on('close', () => {
    clearTimeout(timer);
    resolve(answerOf(parseJson(answer()), user.title));
  });
  // It may have ended before it has read the question.
  child.stdin?.on('error', () => {});
  child.stdin?.end(JSON.stringify(user.fields));
  return promise;
}

function textOf(pipe: Readable): () => string {
  const chunks: Buffer[] = [];
  pipe.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

function answerOf(answer: unknown, title: string): AsUser | Unusable {
  const { authorization, unusable } = isRecord(answer) ? answer : {};
  if (typeof authorization === 'string') return { headers: { Authorization: authorization } };
  return { unusable: `${title}: ${typeof unusable === 'string' ? unusable : 'the auth-provider gave no answer'}` };
}
