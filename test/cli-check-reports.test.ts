import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, gateway, gatewayClass, manifests, route, service, sluice } from './cli-rig.ts';

const TYPO = documents(gatewayClass, gateway(), service('web'), route('webb'));
/** Valid, and hardly meant. */
const STAR = documents(gatewayClass, gateway(), service('web'), route('web', '/a*'));

test('warnings fail a check that is strict, and only that', async () => {
  assert.equal((await sluice(['check', '-'], { input: STAR })).code, 0);
  assert.equal((await sluice(['check', '-', '--strict'], { input: STAR })).code, 1);
});

test('notes do not fail a strict check', async () => {
  const input = documents(STAR.replace('/a*', '/a'), 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n');
  const { code, stdout } = await sluice(['check', '-', '--strict'], { input });
  assert.match(stdout, /with a status: 1 note$/m);
  assert.equal(code, 0);
});

test('for people: what weighs most has its page named, once, before the summary', async () => {
  const input = documents(TYPO, route('web', '/a*').replace('name: web }', 'name: star }'));
  const { stdout } = await sluice(['check', '-'], { input });
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines.at(-2) ?? '', /: sluice check --explain BackendNotFound$/);
  assert.match(lines.at(-1) ?? '', /: 1 error, 1 warning$/);
  assert.equal(lines.filter(line => line.includes('--explain')).length, 1);
});

test('the page of a code, in whatever case it is typed', async () => {
  const { code, stdout, stderr } = await sluice(['check', '--explain', 'literalstar']);
  assert.match(stdout, /^# LiteralStar\n/);
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('a code that there is not', async () => {
  const { code, stderr } = await sluice(['check', '--explain', 'LiteralStars']);
  assert.match(stderr, /no problem with the code LiteralStars; did you mean LiteralStar\?/);
  assert.equal(code, 2);
});

test('GitHub: a command per problem, on one line', async t => {
  const cwd = manifests(t, { 'a,b:c%.yaml': TYPO });
  const { code, stdout } = await sluice(['check', '.', '--output', 'github'], { cwd });
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 1, stdout);
  assert.match(
    lines[0] ?? '',
    /^::error file=a%2Cb%3Ac%25\.yaml,line=\d+,col=\d+,title=BackendNotFound::HTTPRoute\/default\/web spec\.\S+: .*%0Aname: web$/,
  );
  assert.equal(code, 1);
});

test('GitHub: what manifests say begins no command of its own', async () => {
  const input = TYPO.replace('webb', '"webb\\n::stop-commands::x\\r::error::"');
  const { stdout } = await sluice(['check', '-', '--output', 'github'], { input });
  assert.deepEqual(stdout.match(/^::.*$/gm)?.length, stdout.trimEnd().split('\n').length);
  assert.equal(stdout.includes('\n::stop-commands'), false);
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } };
      readonly results: readonly SarifResult[];
      readonly originalUriBaseIds: { readonly SRCROOT: { readonly uri: string } };
    },
  ];
}
interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: string };
}
interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
    },
  ];
}

test('SARIF: rules with their pages, results with places relative to where the command runs', async t => {
  const cwd = manifests(t, {
    'my shop.yaml': documents(TYPO, route('web', '/a*').replace('name: web }', 'name: star }')),
  });
  const { code, stdout } = await sluice(['check', '.', '--output', 'sarif'], { cwd });
  const { version, runs }: Sarif = JSON.parse(stdout);
  assert.equal(version, '2.1.0');
  const [{ tool, results }] = runs;
  assert.deepEqual(
    tool.driver.rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level]),
    [
      ['BackendNotFound', 'error'],
      ['LiteralStar', 'warning'],
    ],
  );
  for (const { shortDescription, help } of tool.driver.rules)
    assert.ok(shortDescription.text && help.text && help.markdown);
  assert.equal(results.length, 2);
  for (const { ruleId, ruleIndex, level, message, locations } of results) {
    assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.equal(level, ruleId === 'LiteralStar' ? 'warning' : 'error');
    assert.ok(message.text);
    const { artifactLocation, region } = locations[0].physicalLocation;
    assert.deepEqual(artifactLocation, { uri: 'my%20shop.yaml', uriBaseId: 'SRCROOT' });
    assert.ok(region.startLine > 1 && region.startColumn > 0);
  }
  assert.equal(code, 1);
});

test('SARIF: nothing wrong is a run without results', async () => {
  const { code, stdout } = await sluice(['check', '-', '--output=sarif'], {
    input: documents(gatewayClass, gateway()),
    cwd: '/',
  });
  const { runs }: Sarif = JSON.parse(stdout);
  assert.deepEqual([runs[0].results, runs[0].tool.driver.rules], [[], []]);
  assert.equal(runs[0].originalUriBaseIds.SRCROOT.uri, 'file:///');
  assert.equal(code, 0);
});
