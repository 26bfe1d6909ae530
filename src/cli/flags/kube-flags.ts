import { text, toggle } from './flag-values.ts';
import type { FlagValues } from './flags.ts';

/** Which API server, for commands that always speak to one. */
export const API_SERVER_FLAGS = {
  kubeconfig: text('FILE', "kubeconfig (default $KUBECONFIG, ~/.kube/config, the\npod's own account)"),
  context: text('NAME', 'context of the kubeconfig (default its current one)'),
};

/** For commands that read files otherwise. */
export const KUBE_FLAGS = {
  kube: toggle('read from an API server instead of files'),
  ...API_SERVER_FLAGS,
};

export type KubeFlags = FlagValues<typeof KUBE_FLAGS>;

/** What is wrong with the operands of a command that reads either files or an API server. */
export function refuseOperands(operands: readonly string[], flags: KubeFlags): string | undefined {
  if (flags.kube) return operands.length > 0 ? `--kube reads from an API server: leave out ${operands[0]}` : undefined;
  const alone = (['kubeconfig', 'context'] as const).find(name => flags[name] !== undefined);
  if (alone) return `--${alone} goes with --kube`;
  return operands.length === 0 ? NOTHING_NAMED : undefined;
}

/** What is wrong where `--admin` names a gateway that runs, and is asked instead of both. */
export function refuseBesideAdmin([operand]: readonly string[], flags: KubeFlags): string | undefined {
  const other = (['kube', 'kubeconfig', 'context'] as const).find(
    name => flags[name] !== undefined && flags[name] !== false,
  );
  if (other) return `--admin asks a gateway that runs: leave out --${other}`;
  return operand === undefined ? undefined : `--admin asks a gateway that runs: leave out ${operand}`;
}

export const NOTHING_NAMED =
  'needs at least one PATH: a file or folder of manifests, or - for standard input; or --kube for an API server';
