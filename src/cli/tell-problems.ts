import { lint } from '../explain/index.ts';
import type { Model } from '../gateway/index.ts';
import { byPlace, type Problem } from '../resources/index.ts';
import type { ModelFlags } from './asked/asked-model.ts';
import { counted } from './counted.ts';
import { printable } from './printable.ts';
import { shellQuoted } from './shell-quoted.ts';
import type { Streams } from './streams.ts';

/** Below what stands on stdout: that there is more to say, and where it is said. */
export function tellProblems(number: number, where: string, streams: Streams): void {
  if (number > 0) streams.err(`${counted(number, 'problem')}: ${printable(where)}`);
}

/** What `sluice check` tells: what translation found, and what is hardly meant. */
export function problemsOf(model: Model): readonly Problem[] {
  return [...model.problems(), ...lint(model.view)].sort(byPlace);
}

/** Errors and warnings; notes are no problems to anybody who did not ask. */
export function countProblems(problems: readonly Problem[]): number {
  return problems.filter(({ severity }) => severity !== 'info').length;
}

/** The command line that says what is wrong with what was read. */
export function checkCommand(flags: ModelFlags, paths: readonly string[]): string {
  const names = ['kubeconfig', 'context', 'controller-name'] as const;
  const values = names.flatMap(name => (flags[name] === undefined ? [] : [`--${name}`, flags[name]]));
  return ['sluice check', ...[...paths, ...(flags.kube ? ['--kube'] : []), ...values].map(shellQuoted)].join(' ');
}
