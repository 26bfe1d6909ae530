import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../failure.ts';
import type { Unusable } from './credentials.ts';

/**
 * Which files are the kubeconfig, as kubectl looks for them: the one named, else those of $KUBECONFIG that exist, else
 * ~/.kube/config. Empty: there is none.
 */
export function kubeconfigFiles(named: string | undefined, env: NodeJS.ProcessEnv): readonly string[] | Unusable {
  if (named !== undefined) return readable([named]);
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter(file => file !== '');
  if (listed.length > 0) return readable(existing(listed) ?? listed.slice(0, 1));
  const home = env.HOME ?? env.USERPROFILE ?? '';
  return home === '' ? [] : readable(existing([path.join(home, '.kube', 'config')]) ?? []);
}

/** Undefined if none does. */
function existing(files: readonly string[]): readonly string[] | undefined {
  const found = files.filter(file => faultOf(file, constants.F_OK) === undefined);
  return found.length > 0 ? found : undefined;
}

function readable(files: readonly string[]): readonly string[] | Unusable {
  for (const file of files) {
    const fault = faultOf(file, constants.R_OK);
    if (fault !== undefined) return { unusable: `kubeconfig ${file} can't be read: ${fault}` };
  }
  return files.map(file => path.resolve(file));
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it is not permitted',
  EISDIR: 'it is a directory',
};

/** What a system's error about a file means. */
export function fileFault(error: unknown): string {
  return FAULTS[codeOf(error)] ?? codeOf(error);
}

function faultOf(file: string, mode: number): string | undefined {
  try {
    accessSync(file, mode);
    return undefined;
  } catch (error) {
    return fileFault(error);
  }
}
