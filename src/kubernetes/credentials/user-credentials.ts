import { isRecord } from '../plain-data.ts';
import type { AsUser, Unusable } from './credentials.ts';
import { dataOrFile, fileOf, isUnusable } from './entry-file.ts';
import { type PluginSurroundings, runExecPlugin } from './exec-plugin.ts';
import { type Entry, textField } from './kubeconfig-entries.ts';

/** As kubectl does it: a token file before a token before a plugin before a password; certificates go along with any. */
export async function userCredentials(
  user: Entry,
  cluster: Entry,
  plugin: PluginSurroundings,
): Promise<AsUser | Unusable> {
  const cert = dataOrFile(user, 'client-certificate');
  if (isUnusable(cert)) return cert;
  const key = dataOrFile(user, 'client-key');
  if (isUnusable(key)) return key;
  const bearer = (await given(user)) ?? (await asked(user, cluster, plugin)) ?? password(user);
  if (isUnusable(bearer)) return bearer;
  const impersonation = impersonated(user);
  if (isUnusable(impersonation)) return impersonation;
  const headers = { ...impersonation, ...bearer?.headers };
  return { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }), ...bearer, headers };
}

const bearerOf = (token: string): AsUser => ({ headers: { Authorization: `Bearer ${token.trim()}` } });

async function given(user: Entry): Promise<AsUser | Unusable | undefined> {
  const token = fileOf(user, 'tokenFile') ?? textField(user.fields, 'token');
  return token === undefined || isUnusable(token) ? token : bearerOf(token);
}

async function asked(user: Entry, cluster: Entry, plugin: PluginSurroundings): Promise<AsUser | Unusable | undefined> {
  const { exec, 'auth-provider': provider } = user.fields;
  if (isRecord(exec)) return runExecPlugin({ ...user, fields: exec }, cluster, plugin);
  if (provider === undefined || provider === null) return undefined;
  const instead = 'use a credential plugin (exec), such as kubelogin for OpenID Connect';
  return { unusable: `${user.title}: auth-provider is not supported: ${instead}` };
}

function password({ fields }: Entry): AsUser | undefined {
  const name = textField(fields, 'username');
  if (name === undefined) return undefined;
  const pair = Buffer.from(`${name}:${textField(fields, 'password') ?? ''}`).toString('base64');
  return { headers: { Authorization: `Basic ${pair}` } };
}

/** Asking as somebody else but with one's own groups would be something else than what is written. */
function impersonated({ fields, title }: Entry): Readonly<Record<string, string>> | Unusable {
  const unknown = ['as-groups', 'as-uid', 'as-user-extra'].find(name => fields[name] !== undefined);
  if (unknown !== undefined) return { unusable: `${title}: ${unknown} is not supported; only 'as' is` };
  const as = textField(fields, 'as');
  return as === undefined ? {} : { 'Impersonate-User': as };
}
