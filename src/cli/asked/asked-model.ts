import {
  createFolderSource,
  DEFAULT_CONTROLLER_NAME,
  type Model,
  readModel,
  selfSignedSource,
} from '../../gateway/index.ts';
import { text, toggle } from '../flags/flag-values.ts';
import type { FlagValues } from '../flags/flags.ts';
import { KUBE_FLAGS, refuseOperands } from '../flags/kube-flags.ts';
import { apiServerSource } from './api-server-source.ts';
import { createClusterAddresses } from './cluster-addresses.ts';

/** For commands that answer questions about manifests, or about what an API server holds. */
export const MODEL_FLAGS = {
  'controller-name': text(
    'NAME',
    'only GatewayClasses of this controller are ours (default:\nevery one; with --kube sluice.dev/gateway-controller)',
  ),
  'self-signed': toggle(
    "make a certificate for each listener whose Secret is not there,\nas 'sluice run --self-signed' does",
  ),
  ...KUBE_FLAGS,
};

export type ModelFlags = FlagValues<typeof MODEL_FLAGS>;

/** What the files and folders of a command line hold, or with `--kube` an API server; `refused` is for {@link wrongUsage}. */
export async function askedModel(
  flags: ModelFlags,
  paths: readonly string[],
): Promise<Model | { readonly refused: string }> {
  const refused = refuseOperands(paths, flags);
  if (refused !== undefined) return { refused };
  const model = flags.kube ? await modelOfCluster(flags) : await modelOfFiles(flags, paths);
  return 'unreadable' in model ? { refused: model.unreadable } : model;
}

function modelOfFiles({ 'controller-name': controllerName, 'self-signed': own }: ModelFlags, paths: readonly string[]) {
  const files = createFolderSource({ paths, watch: false });
  const source = own ? selfSignedSource(files) : files;
  return readModel(source, controllerName === undefined ? {} : { controllerName });
}

async function modelOfCluster(flags: ModelFlags): Promise<Model | { readonly unreadable: string }> {
  const addresses = createClusterAddresses();
  const source = await apiServerSource(flags, { observe: addresses.observe });
  if ('unusable' in source) return { unreadable: source.unusable };
  return readModel(source, { controllerName: flags['controller-name'] ?? DEFAULT_CONTROLLER_NAME, addresses });
}
