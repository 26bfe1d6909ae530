import { ASKED_FLAGS } from '../asked/asked-where.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, count, paths, text, toggle } from '../flags/flag-values.ts';
import { describeFlags, type FlagValues } from '../flags/flags.ts';
import { printable } from '../printable.ts';
import type { Streams } from '../streams.ts';
import { printTests, TEST_OUTPUTS } from '../testing/print-tests.ts';
import { recordTests } from '../testing/record-tests.ts';
import { type Ran, runTestFiles } from '../testing/run-test-files.ts';
import { loadTests } from '../testing/test-files.ts';

const FLAGS = {
  manifests: paths('file or folder of manifests (may be repeated), in place of\nthose that the files of tests name'),
  filter: text('TEXT', 'only tests whose name contains it'),
  bail: toggle('end with the first test that fails'),
  output: { ...choice(TEST_OUTPUTS, 'text', 'how to print the results (default text)'), short: 'o' },
  record: text('FILE', 'write tests that pass as things are, in place of running any'),
  urls: text('FILE', 'the requests to record, one a line (- for standard\ninput): [METHOD] URL [name: value; ...]'),
  count: count(0, 'end after so many tests recorded from live requests', 1),
  force: toggle('write over the file to record to'),
  ...ASKED_FLAGS,
};
type Flags = FlagValues<typeof FLAGS>;

export const test = flagCommand({
  name: 'test',
  flags: FLAGS,
  help: () => `sluice test FILE... [--manifests PATH]... [FLAG...]
       sluice test FILE... --kube [FLAG...]
       sluice test --record FILE --urls LIST [--manifests PATH]... [FLAG...]
       sluice test --record FILE --admin URL [--count N] [FLAG...]

Puts requests to manifests and compares what becomes of them with what is expected: route, rule, backend,
status, headers, what the backend sees. It opens no sockets; every Service answers 200. FILE is YAML
(- for standard input), or a module (.ts, .js, .mjs) whose default export is what defineTest gave:

  manifests: [gateway.yaml, routes/]            # relative to FILE
  tests:
    - name: the cart has a service of its own
      request: { url: 'http://shop.example/cart' }
      expect: { route: shop/cart, rule: 0, backend: 'shop/cart:8080', status: 200 }

With --record it writes such a file: of a list of requests, or of those that a running gateway gets, each
once, until --count or a signal. What looks like a secret is left out.

docs/testing.md has every key. What is wrong with manifests goes to standard error; the tests run all the same.

${describeFlags(FLAGS)}

Exit codes: 0 all tests passed, or all requests are recorded, 1 not all, 2 a file can't be read or a flag is wrong.`,
  async run({ values: flags, operands }, streams) {
    const refused = refusal(flags, operands);
    if (refused !== undefined) return wrongUsage(streams, 'test', refused);
    return flags.record === undefined ? runTests(operands, flags, streams) : recordTo(flags.record, flags, streams);
  },
});

async function runTests(files: readonly string[], flags: Flags, streams: Streams): Promise<ExitCode> {
  const ran = await runTestFiles(await Promise.all(files.map(loadTests)), flags, streams);
  const left = leftOut(ran, flags);
  if (left !== undefined) return wrongUsage(streams, 'test', left);
  if (ran.files.length > 0) await printTests(ran, flags.output, streams);
  if (ran.unreadable) return EXIT.usage;
  return ran.files.every(({ results }) => results.every(({ passed }) => passed)) ? EXIT.ok : EXIT.failed;
}

async function recordTo(record: string, flags: Flags, streams: Streams): Promise<ExitCode> {
  const recorded = await recordTests({ ...flags, record }, streams);
  return typeof recorded === 'object' ? wrongUsage(streams, 'test', printable(recorded.refused)) : recorded;
}

/** Flags that only make sense when recording. */
const RECORDING = ['urls', 'count', 'force', 'admin'] as const;

function refusal(flags: Flags, operands: readonly string[]): string | undefined {
  const { kube, manifests, record } = flags;
  if (record !== undefined) {
    return operands.length === 0
      ? undefined
      : `--record writes tests, and runs none: leave out ${printable(operands[0] ?? '')}`;
  }
  const alone = RECORDING.find(name => flags[name] !== FLAGS[name].initial);
  if (alone !== undefined) return `--${alone} goes with --record`;
  if (operands.length === 0) return 'needs at least one FILE of tests, or - for standard input';
  return kube && manifests.length > 0 ? '--kube reads from an API server: leave out --manifests' : undefined;
}

/** A filter that lets nothing through would pass in silence. */
function leftOut({ files, unreadable }: Ran, { filter }: Flags): string | undefined {
  const ran = files.some(({ results }) => results.length > 0);
  return ran || unreadable || filter === undefined ? undefined : `no test has ${filter} in its name`;
}
