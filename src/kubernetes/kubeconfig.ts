import type { Credentials, Unusable } from './credentials.ts';
import { dataOrFile, isUnusable } from './entry-file.ts';
import { type Entry, selectEntries, textField } from './kubeconfig-entries.ts';
import { userCredentials } from './user-credentials.ts';

export interface KubeconfigChoice {
  readonly files: readonly string[];
  /** Undefined: the current one. */
  readonly context: string | undefined;
  /** What credential plugins run in. */
  readonly env: NodeJS.ProcessEnv;
}

/** The credentials that a kubeconfig gives now; credential plugins run, and token files are read. */
export async function readKubeconfig({ files, context, env }: KubeconfigChoice): Promise<Credentials | Unusable> {
  const selected = selectEntries(files, context);
  if (isUnusable(selected)) return selected;
  const { cluster, user, namespace } = selected;
  const toServer = serverOf(cluster);
  if (isUnusable(toServer)) return toServer;
  const asUser = user ? await userCredentials(user, cluster, env) : {};
  if (isUnusable(asUser)) return asUser;
  return { ...toServer, ...asUser, ...(namespace !== undefined && { namespace }) };
}

function serverOf(cluster: Entry): Credentials | Unusable {
  const { fields, title } = cluster;
  const server = textField(fields, 'server');
  if (server === undefined || !/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
    return { unusable: `${title}: server must be an https: or http: URL` };
  const proxyUrl = textField(fields, 'proxy-url');
  if (proxyUrl !== undefined && !/^https?:$/.test(URL.parse(proxyUrl)?.protocol ?? ''))
    return { unusable: `${title}: proxy-url must be an http: or https: URL; other proxies are not supported` };
  const ca = dataOrFile(cluster, 'certificate-authority');
  if (isUnusable(ca)) return ca;
  const servername = textField(fields, 'tls-server-name');
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(servername !== undefined && { servername }),
    ...(fields['insecure-skip-tls-verify'] === true && { rejectUnauthorized: false }),
    ...(proxyUrl !== undefined && { proxyUrl }),
  };
}
