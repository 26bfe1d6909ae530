import type { Credentials, Unusable } from './credentials.ts';
import { dataOrFile, isUnusable } from './entry-file.ts';
import type { PluginSurroundings } from './exec-plugin.ts';
import { type Entry, selectEntries, textField } from './kubeconfig-entries.ts';
import { userCredentials } from './user-credentials.ts';

export interface KubeconfigChoice {
  readonly files: readonly string[];
  /** Undefined: the current one. */
  readonly context: string | undefined;
  readonly plugin: PluginSurroundings;
}

/** The credentials that a kubeconfig gives now; credential plugins run, and token files are read. */
export async function readKubeconfig({ files, context, plugin }: KubeconfigChoice): Promise<Credentials | Unusable> {
  const selected = selectEntries(files, context);
  if (isUnusable(selected)) return selected;
  const { cluster, user, namespace } = selected;
  const toServer = serverOf(cluster);
  if (isUnusable(toServer)) return toServer;
  const asUser = user ? await userCredentials(user, cluster, plugin) : {};
  if (isUnusable(asUser)) return asUser;
  return { ...toServer, ...asUser, ...(namespace !== undefined && { namespace }) };
}

function serverOf(cluster: Entry): Credentials | Unusable {
  const { fields, title } = cluster;
  const server = textField(fields, 'server');
  const url = URL.parse(server ?? '');
  if (server === undefined || !/^https?:$/.test(url?.protocol ?? ''))
    return { unusable: `${title}: server must be an https: or http: URL` };
  // They would stand in every message about the server.
  if (url?.username || url?.password || url?.search || url?.hash)
    return { unusable: `${title}: server must be a URL without user, password, query and fragment` };
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
