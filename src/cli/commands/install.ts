import { type Json, objectsToInstall } from '../../install/index.ts';
import { asYaml } from '../as-yaml.ts';
import { EXIT, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { describeFlags } from '../flags/flags.ts';
import { definitions } from '../install/definitions.ts';
import { INSTALL_FLAGS, type InstallFlags } from '../install/install-flags.ts';
import { installValues } from '../install/install-values.ts';
import { ownVersion } from '../own-version.ts';
import { printable } from '../printable.ts';

export const install = flagCommand({
  name: 'install',
  flags: INSTALL_FLAGS,
  help: () => `sluice install --print [FLAG...]

Prints what installs Sluice in a cluster: a namespace, the definitions of our own kinds, the controller with
its rights, and a GatewayClass. The kinds of Gateway API itself must be there.

  sluice install --print | kubectl apply --server-side -f -

The Helm chart deploy/charts/sluice installs the same objects, with the same values.

${describeFlags(INSTALL_FLAGS)}

Values of --set and --values: see deploy/charts/sluice/values.yaml. Lists and objects are written as YAML.

Exit codes: 0 printed, 2 a flag or a value is wrong.`,
  async run({ values: flags, operands: [operand] }, streams) {
    const refused = refusal(flags, operand);
    if (refused !== undefined) return wrongUsage(streams, 'install', printable(refused));
    const chosen = await installValues(flags);
    if ('refused' in chosen) return wrongUsage(streams, 'install', printable(chosen.refused));
    streams.out(documents(flags, chosen.values).join('\n---\n'));
    return EXIT.ok;
  },
});

function refusal({ print }: InstallFlags, operand: string | undefined): string | undefined {
  if (operand !== undefined) return `reads no files but that of --values: leave out ${operand}`;
  return print ? undefined : 'needs --print: it prints what to apply, and writes nothing to an API server';
}

function documents({ namespace, crds }: InstallFlags, values: Json): readonly string[] {
  const own = objectsToInstall({ namespace, version: ownVersion(), values });
  const wanted = crds === 'with' ? definitions() : [];
  return crds === 'only' ? definitions() : [asYaml(own.namespace), ...wanted, ...own.objects.map(asYaml)];
}
