import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { manifests, ROOT, SLUICE, sluice } from './cli-rig.ts';

const HELP: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [[], /Usage: sluice COMMAND/],
  [['help'], /Exit codes/],
  [['--help'], /First steps/],
  [['help', 'run'], /--backend NS\/NAME:PORT=HOST:PORT/],
  [['run', '--help'], /sluice run PATH/],
  [['help', 'check'], /sluice check PATH/],
  [['help', 'get'], /sluice get \[KIND/],
  [['help', 'install'], /sluice install --print/],
  [['help', 'status'], /who is unhappy and\nwhy/],
  [['help', 'translate'], /--to ir\|status/],
  [['help', 'tail'], /sluice tail --admin URL/],
  [['help', 'controller'], /--address-pool CIDR/],
  [['check', '-h'], /Exit codes: 0 without errors/],
  [['version'], /^sluice \d+\.\d+\.\d+/],
  [['--version'], /^sluice \d+\.\d+\.\d+/],
];

for (const [args, said] of HELP) {
  test(`explains: sluice ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await sluice(args);
    assert.equal(stderr, '');
    assert.match(stdout, said);
    assert.ok(stdout.split('\n').every(line => line.length <= 108));
    assert.equal(code, 0);
  });
}

const WRONG: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [['chek'], /unknown command chek; did you mean check\?/],
  [[path.join(ROOT, 'examples')], /to serve it: sluice run .*examples/],
  [['constructor'], /unknown command constructor/],
  [['help', 'rnu'], /unknown command rnu; did you mean run\?/],
  [['run'], /needs at least one PATH/],
  [['check'], /needs at least one PATH/],
  [['check', '-o', 'xml'], /-o xml: must be text or json or sarif or github/],
  [['tail', '-o', 'xml'], /-o xml: must be text or wide or json/],
  [['run', 'examples', '--wach'], /unknown flag --wach\n/],
  [['run', 'examples', '--workers', '0'], /--workers 0: must be auto or between 1 and 256/],
  [['run', 'examples', '--access-log-file', 'x.log'], /goes with --access-log json or text/],
  [
    ['run', 'examples', '--access-log=json', '--access-log-file', '/no/such/a.log'],
    /a\.log: can't be written to: no such/,
  ],
  [
    ['run', 'examples', '--access-log=text', '--access-log-file', '/'],
    /can't be written to: illegal operation on a dir/,
  ],
  [['run', 'examples', '--access-log=json', '--output=json'], /stdout has the events/],
  [
    ['controller', '--in-process', '--address-pool', '10.0.0.0/30', '--access-log-file', 'x.log'],
    /goes with --access-log json or text/,
  ],
  [['run', 'examples', '--bakend=a'], /unknown flag --bakend; did you mean --backend\?/],
  [['check', 'examples', '--echo'], /unknown flag --echo/],
  [['check', '/no/such/folder'], /\/no\/such\/folder/],
  [['controller', '--address-pool', '10.0.0.0/30'], /--address-pool goes with --in-process/],
  [['controller', '--trusted-proxies', '10.0.0.0/8'], /--trusted-proxies goes with --in-process; SluiceProxy says how/],
  [['controller', '--workers', '2'], /--workers goes with --in-process/],
  [
    ['controller', '--in-process', '--address-pool', '10.0.0.0/30', '--proxy-image', 'x'],
    /--proxy-image is about proxies in pods/,
  ],
  [['controller', '--config-address', 'here'], /--config-address/],
  [['controller', '--in-process'], /needs --address-pool CIDR/],
  [['controller', '--in-process', '--address-pool', '10.0.0.0/33'], /'10\.0\.0\.0\/33' is not a CIDR block/],
  [['controller', 'k8s'], /reads from an API server: leave out k8s/],
  [['run', '--kube', 'k8s'], /leave out k8s/],
  [['check', '--kubeconfig', 'x'], /--kubeconfig goes with --kube/],
  [['check', '--kube', '--kubeconfig', '/no/such/file'], /\/no\/such\/file/],
  [['run', '/no/such/folder'], /\/no\/such\/folder/],
  [['run', '/no/such/folder', '--output', 'json'], /\/no\/such\/folder/],
];

for (const [args, said] of WRONG) {
  test(`refuses: sluice ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await sluice(args);
    assert.equal(stdout, '');
    assert.match(stderr, said);
    assert.ok(stderr.trim().split('\n').length <= 2, stderr);
    assert.equal(code, 2);
  });
}

test('no colours where nobody sees them', async t => {
  const folder = manifests(t, { 'bad.yaml': 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec: {}\n' });
  const { stdout } = await sluice(['check', folder]);
  assert.match(stdout, /error/);
  assert.equal(stdout.includes('\u001b'), false);
});

test('starts through links to the program and to its folder', async t => {
  const folder = manifests(t, {});
  symlinkSync(SLUICE, path.join(folder, 'first'));
  symlinkSync('first', path.join(folder, 'sluice'));
  symlinkSync(path.dirname(SLUICE), path.join(folder, 'bin'));
  for (const program of [path.join(folder, 'sluice'), path.join(folder, 'bin', 'sluice')]) {
    const { code, stdout, stderr } = await sluice(['version'], { program, cwd: folder });
    assert.match(stdout, /^sluice \d/, `${program}: ${stderr}`);
    assert.equal(code, 0);
  }
});
