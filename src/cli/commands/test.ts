import { MODEL_FLAGS } from '../asked-model.ts';
import { type Command, EXIT, wrongUsage } from '../command.ts';
import { choice, paths, text, toggle } from '../flag-values.ts';
import { describeFlags, type FlagValues, parseFlags } from '../flags.ts';
import { printTests, TEST_OUTPUTS } from '../print-tests.ts';
import { type Ran, runTestFiles } from '../run-test-files.ts';
import { loadTests } from '../test-files.ts';

const FLAGS = {
  manifests: paths('file or folder of manifests (may be repeated), in place of\nthose that the files of tests name'),
  filter: text('TEXT', 'only tests whose name contains it'),
  bail: toggle('end with the first test that fails'),
  output: choice(TEST_OUTPUTS, 'text', 'how to print the results (default text)'),
  ...MODEL_FLAGS,
};
type Flags = FlagValues<typeof FLAGS>;

export const test: Command = {
  help: () => `sluice test FILE... [--manifests PATH]... [FLAG...]
       sluice test FILE... --kube [FLAG...]

Puts requests to manifests and compares what becomes of them with what is expected: route, rule, backend,
status, headers, what the backend sees. It opens no sockets; every Service answers 200. FILE is YAML
(- for standard input), or a module (.ts, .js, .mjs) whose default export is what defineTest gave:

  manifests: [gateway.yaml, routes/]            # relative to FILE
  tests:
    - name: the cart has a service of its own
      request: { url: 'http://shop.example/cart' }
      expect: { route: shop/cart, rule: 0, backend: 'shop/cart:8080', status: 200 }

docs/testing.md has every key. What is wrong with manifests goes to standard error; the tests run all the same.

${describeFlags(FLAGS)}

Exit codes: 0 all tests passed, 1 tests failed, 2 a file can't be read or a flag is wrong.`,
  async run(args, streams) {
    const parsed = parseFlags(FLAGS, args);
    if (parsed.kind === 'help') {
      streams.out(test.help());
      return EXIT.ok;
    }
    if (parsed.kind === 'wrong') return wrongUsage(streams, 'test', parsed.message, parsed.unknown);
    const { values: flags, operands } = parsed;
    const refused = refusal(flags, operands);
    if (refused !== undefined) return wrongUsage(streams, 'test', refused);
    const ran = await runTestFiles(await Promise.all(operands.map(loadTests)), flags, streams);
    const left = leftOut(ran, flags);
    if (left !== undefined) return wrongUsage(streams, 'test', left);
    if (ran.files.length > 0) printTests(ran, flags.output, streams);
    if (ran.unreadable) return EXIT.usage;
    return ran.files.every(({ results }) => results.every(({ passed }) => passed)) ? EXIT.ok : EXIT.failed;
  },
};

function refusal({ kube, manifests }: Flags, operands: readonly string[]): string | undefined {
  if (operands.length === 0) return 'needs at least one FILE of tests, or - for standard input';
  return kube && manifests.length > 0 ? '--kube reads from an API server: leave out --manifests' : undefined;
}

/** A filter that lets nothing through would pass in silence. */
function leftOut({ files, unreadable }: Ran, { filter }: Flags): string | undefined {
  const ran = files.some(({ results }) => results.length > 0);
  return ran || unreadable || filter === undefined ? undefined : `no test has ${filter} in its name`;
}
