import { didYouMean, type Kind } from '../../resources/index.ts';
import { ASKED_FLAGS } from '../asked/asked-where.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, text } from '../flags/flag-values.ts';
import { describeFlags, type FlagValues } from '../flags/flags.ts';
import { type GetOperands, getOperands } from '../get/get-operands.ts';
import { type GotItems, gotItems } from '../get/got-items.ts';
import { itemDocuments, itemNames } from '../get/item-documents.ts';
import { itemTable } from '../get/item-table.ts';
import { textAt } from '../get/values-at.ts';
import { printable, printableLines } from '../printable.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';
import { tellProblems } from '../tell-problems.ts';

const FLAGS = {
  namespace: { ...text('NS', 'only what is in this namespace'), short: 'n' },
  output: {
    ...choice(['text', 'wide', 'json', 'yaml', 'name'], 'text', 'how to print it (default text)'),
    short: 'o',
  },
  ...ASKED_FLAGS,
};

type GetFlags = FlagValues<typeof FLAGS>;

export const get = flagCommand({
  name: 'get',
  flags: FLAGS,
  help: () => `sluice get [KIND[,KIND...]|all] [NAME] PATH... [FLAG...]
       sluice get [KIND[,KIND...]|all] [NAME] --kube|--admin URL [FLAG...]

Lists objects with their states, as kubectl does: of manifests, with the states that a cluster would show,
of what an API server holds (--kube), or of a gateway that runs (--admin). Every namespace is shown unless
one is named.

KIND is a kind's name, singular, plural or short (gateway, httproutes, gtw, svc), in any case. Without one
all kinds are listed that have states: classes, Gateways, routes, policies. The first word is a KIND if it
is the name of one, else a PATH. The word after it is a NAME unless there is a file or folder of that name.
KIND/NAME always names an object, ./WORD always a file.

ACCEPTED, RESOLVED and PROGRAMMED are conditions: True, or what else with the reason; where several parents
differ, how many say True. ROUTES are those attached to the listeners; PROBLEMS the errors and warnings that
'sluice check' prints. AGE is there where creation times are known.

${describeFlags(FLAGS)}

Exit codes: 0 listed, also if there is nothing, 1 there is no object of that NAME, 2 nothing to read, nobody
answers, or a word is wrong.`,
  async run(parsed, streams) {
    const operands = getOperands(parsed.operands);
    if ('refused' in operands) return wrongUsage(streams, 'get', printable(operands.refused), operands.unknown);
    const got = await gotItems(parsed.values, operands.paths, operands.kinds);
    if ('refused' in got) return wrongUsage(streams, 'get', refusalOf(got.refused, operands));
    return show(got, operands, parsed.values, streams);
  },
});

/** What was taken for a name may have been meant as a path. */
function refusalOf(refused: string, { name, paths }: GetOperands): string {
  const taken = name !== undefined && paths.length === 0 ? ` (${name} is taken for a name: there is no such file)` : '';
  return printable(`${refused}${taken}`);
}

function show(got: GotItems, { kinds, name }: GetOperands, flags: GetFlags, streams: Streams): ExitCode {
  const { namespace, output } = flags;
  const inReach = got.items.filter(item => namespace === undefined || isIn(item, namespace));
  const items = name === undefined ? inReach : inReach.filter(item => textAt(item, 'metadata.name') === name);
  if (items.length === 0 && name !== undefined) return notFound(inReach, kinds, name, namespace, streams);
  if (output === 'json' || output === 'yaml') streams.out(itemDocuments(items, output, name !== undefined));
  else if (items.length === 0)
    streams.err(`No resources found${namespace === undefined ? '' : ` in ${printable(namespace)} namespace`}.`);
  else if (output === 'name') streams.out(printableLines(itemNames(items)));
  else streams.out(tables(items, kinds, flags));
  if ((output === 'text' || output === 'wide') && got.problems > 0) {
    streams.err('');
    tellProblems(got.problems, got.seeProblems, streams);
  }
  return EXIT.ok;
}

/** What is in no namespace is in reach of each. */
function isIn(item: object, namespace: string): boolean {
  return (textAt(item, 'metadata.namespace') ?? namespace) === namespace;
}

function tables(items: readonly object[], kinds: readonly Kind[], flags: GetFlags): string {
  const style = styleFor(process.stdout, process.env);
  const byKind = Map.groupBy(items, item => textAt(item, 'kind'));
  const options = {
    wide: flags.output === 'wide',
    oneNamespace: flags.namespace !== undefined,
    namedByKind: byKind.size > 1,
    now: Date.now(),
  };
  return kinds
    .flatMap(kind => (byKind.has(kind.kind) ? [itemTable(kind, byKind.get(kind.kind) ?? [], options, style)] : []))
    .join('\n\n');
}

function notFound(
  others: readonly object[],
  kinds: readonly Kind[],
  name: string,
  namespace: string | undefined,
  streams: Streams,
): ExitCode {
  const what = kinds.length === 1 ? (kinds[0]?.kind ?? 'object') : 'object of these kinds';
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const known = others.flatMap(item => textAt(item, 'metadata.name') ?? []);
  streams.err(printable(`sluice get: there is no ${what} ${name}${where}${didYouMean(name, known)}`));
  return EXIT.failed;
}
