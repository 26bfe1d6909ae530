import { readFileSync, writeSync } from 'node:fs';
import { codeOf, oneLine } from './failure.ts';

/** What this process does with the library, which has types for all of Kubernetes: loading those takes the compiler longer than ours. */
interface ClientLibrary {
  readonly KubeConfig: new () => {
    loadFromString(config: string): void;
    applyToHTTPSOptions(options: { headers?: Record<string, string> }): Promise<void>;
  };
}

type Answer = { readonly authorization: string } | { readonly unusable: string };

const LIBRARY = '@kubernetes/client-node';
const VERSION = '2.0.1';

/** Its pipe to who asks. */
const ANSWER_FD = 3;

async function load(): Promise<ClientLibrary | { readonly unusable: string }> {
  try {
    return await import(LIBRARY);
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    return { unusable: `an auth-provider needs the library ${LIBRARY}: npm install ${LIBRARY}@${VERSION}` };
  }
}

/** A kubeconfig of that user alone. No server is asked: the cluster only has to be there. */
function kubeconfigOf(user: unknown): string {
  return JSON.stringify({
    clusters: [{ name: 'any', cluster: { server: 'https://localhost' } }],
    users: [{ name: 'asked', user }],
    contexts: [{ name: 'only', context: { cluster: 'any', user: 'asked' } }],
    'current-context': 'only',
  });
}

async function answer(): Promise<Answer> {
  const user: unknown = JSON.parse(readFileSync(0, 'utf8'));
  const library = await load();
  if ('unusable' in library) return library;
  const kubeconfig = new library.KubeConfig();
  kubeconfig.loadFromString(kubeconfigOf(user));
  const options: { headers?: Record<string, string> } = {};
  await kubeconfig.applyToHTTPSOptions(options);
  const authorization = options.headers?.Authorization;
  if (authorization !== undefined) return { authorization };
  return { unusable: 'the auth-provider gave no token: it has expired and can not be renewed, or there never was one' };
}

/** Ends at once: the library may have left a timer or a socket. */
function say(said: Answer): never {
  writeSync(ANSWER_FD, JSON.stringify(said));
  process.exit();
}

const failure = (error: unknown): Answer => ({
  unusable: `the auth-provider failed: ${oneLine(error instanceof Error ? error.message : String(error))}`,
});

process.on('uncaughtException', error => say(failure(error)));
say(await answer().catch(failure));
