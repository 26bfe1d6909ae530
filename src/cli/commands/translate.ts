import type { Model } from '../../gateway/index.ts';
import { redacted, type Unit, WIRE_ORDER } from '../../ir/index.ts';
import { asYaml } from '../as-yaml.ts';
import { askedModel, MODEL_FLAGS } from '../asked/asked-model.ts';
import { EXIT, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, text } from '../flags/flag-values.ts';
import { describeFlags, type FlagValues } from '../flags/flags.ts';
import { printable } from '../printable.ts';
import { checkCommand, countProblems, problemsOf, tellProblems } from '../tell-problems.ts';

const FLAGS = {
  to: choice(['ir', 'status'], 'ir', 'what the data plane is told, or what objects are told\n(default ir)'),
  output: { ...choice(['yaml', 'json'], 'yaml', 'how to print it (default yaml)'), short: 'o' },
  kind: text('KIND', 'only units, or objects, of this kind'),
  ...MODEL_FLAGS,
};

type TranslateFlags = FlagValues<typeof FLAGS>;

export const translate = flagCommand({
  name: 'translate',
  flags: FLAGS,
  help: () => `sluice translate PATH... [--to ir|status] [FLAG...]
       sluice translate --kube [--to ir|status] [FLAG...]

Prints what manifests mean, without serving them. The same manifests give the same text, so that two
versions of them can be compared with diff.

--to ir: the units that a data plane gets, as at /config of the admin endpoint: Secret, Backend, Endpoints,
Route, TransportRoute, Listener, Bind, ordered by name within each kind. Private keys are left out.
--to status: every object that has a status, with the status that a cluster would show (without
lastTransitionTime: nothing has happened yet).

${describeFlags(FLAGS)}

Exit codes: 0 printed, whatever 'sluice check' says of it, 2 nothing to read or a flag is wrong.`,
  async run({ values: flags, operands }, streams) {
    const refused = refuseKind(flags);
    if (refused) return wrongUsage(streams, 'translate', refused.message, refused.unknown);
    const model = await askedModel(flags, operands);
    if ('refused' in model) return wrongUsage(streams, 'translate', printable(model.refused));
    streams.out(flags.to === 'ir' ? unitsOf(model, flags) : statusesOf(model, flags));
    tellProblems(countProblems(problemsOf(model)), checkCommand(flags, operands), streams);
    return EXIT.ok;
  },
});

/** Kinds of units are few; an object of a kind that has no status is simply not there. */
function refuseKind({ to, kind }: TranslateFlags) {
  if (to === 'status' || kind === undefined || WIRE_ORDER.some(each => isKind(each, kind))) return undefined;
  return { message: `--kind ${kind}: there is no such unit`, unknown: { word: kind, known: WIRE_ORDER } };
}

function isKind(kind: string, asked: string | undefined): boolean {
  return asked === undefined || kind.toLowerCase() === asked.toLowerCase();
}

function unitsOf(model: Model, { output, kind }: TranslateFlags): string {
  const units = model.units().filter(unit => isKind(unit.kind, kind));
  const shown = { units: units.toSorted(byName).map(redacted).map(withoutHash) };
  return output === 'json' ? JSON.stringify(shown, undefined, 2) : asYaml(shown);
}

function byName(a: Unit, b: Unit): number {
  if (a.kind !== b.kind) return WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind);
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

/** It says nothing that the rest does not, and makes two lines out of one in a diff. */
function withoutHash({ hash: _, ...unit }: Unit): object {
  return unit;
}

function statusesOf(model: Model, { output, kind }: TranslateFlags): string {
  const items = model.status().filter(item => isKind(item.kind, kind));
  if (output === 'json') return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2);
  return items.map(asYaml).join('\n---\n');
}
