import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text, toggle } from './flag-values.ts';
import { describeFlags, parseFlags } from './flags.ts';
import { proxyOptions } from './proxy-flags.ts';
import { RUN_FLAGS } from './run-flags.ts';

function parse(line: string) {
  const parsed = parseFlags(RUN_FLAGS, line.split(' '));
  assert.ok(parsed.kind === 'flags', JSON.stringify(parsed));
  return parsed;
}

const REFUSED: readonly (readonly [line: string, message: RegExp])[] = [
  ['--eco', /^unknown flag --eco$/],
  ['--bakend=a', /^unknown flag --bakend$/],
  ['-x', /unknown flag -x$/],
  ['--no-such-thing-at-all', /unknown flag --no-such-thing-at-all$/],
  ['--__proto__', /unknown flag/],
  ['--echo=yes', /--echo takes no value/],
  ['--map', /--map needs a value: --map L=P/],
  ['--map 80', /must be L=P/],
  ['--map 0=80', /between 1 and 65535/],
  ['--map 80=70000', /between 0 and 65535/],
  ['--map 80=8080 --map 81=8080', /port 80 is already served on 8080/],
  ['--backend api:80=localhost:3000', /must be NS\/NAME:PORT=HOST:PORT/],
  ['--backend a/b:80=localhost', /must be HOST:PORT/],
  ['--backend a/b:80=[localhost]:80', /not an IPv6 address/],
  ['--backend a/b:99999=localhost:80', /between 1 and 65535/],
  ['--backend a/b:80=localhost:0', /port 0 is not between 1/],
  ['--listen example.com', /must be an IP address/],
  ['--admin 9090', /must be HOST:PORT/],
  ['--head-timeout 10', /must be a time such as/],
  ['--head-timeout -1s', /must be a time such as/],
  ['--max-head-bytes 64KB2', /must be a size such as/],
  ['--max-headers many', /must be a whole number/],
  ['--balancing random', /must be least-request or round-robin/],
  ['--output yaml', /must be text or json/],
  ['--trusted-proxies 10.0.0.0/8,nonsense', /'nonsense' is not a CIDR block/],
  ['--trusted-proxies fe80::1%eth0', /is not a CIDR block/],
  ['--trusted-proxies 10.0.0.0/33', /'10.0.0.0\/33' is not a CIDR block/],
  ['--workers 0', /must be auto or between 1 and 256/],
  ['--workers none', /must be auto or between 1 and 256/],
  ['--access-log loud', /must be off or json or text/],
];

for (const [line, message] of REFUSED) {
  test(`refused: ${line}`, () => {
    const parsed = parseFlags(RUN_FLAGS, line.split(' '));
    assert.ok(parsed.kind === 'wrong');
    assert.match(parsed.message, message);
  });
}

test('nothing on a command line can move the cursor', () => {
  for (const args of [['--listen', 'a\r\nb\x1b[2J'], ['--\x1b[2J']]) {
    const parsed = parseFlags(RUN_FLAGS, args);
    assert.ok(parsed.kind === 'wrong');
    assert.doesNotMatch(parsed.message, /[\x00-\x1f]/);
  }
});

test('flags and operands may be mixed; -- ends the flags; - is an operand', () => {
  const { operands, values } = parse('a --echo b - --output=json -- --map');
  assert.deepEqual(operands, ['a', 'b', '-', '--map']);
  assert.equal(values.echo, true);
  assert.equal(values.output, 'json');
  assert.equal(values['no-watch'], false);
});

test('a letter stands for a flag that has one', () => {
  const table = { namespace: { ...text('NS', 'where'), short: 'n' }, wide: toggle('more') };
  const parsed = parseFlags(table, ['-n', 'shop', 'a', '--wide']);
  assert.deepEqual(parsed, { kind: 'flags', values: { namespace: 'shop', wide: true }, operands: ['a'] });
  assert.deepEqual(parseFlags(table, ['-n=a', '-n=b']), {
    kind: 'flags',
    values: { namespace: 'b', wide: false },
    operands: [],
  });
  assert.equal(parseFlags(table, ['-w']).kind, 'wrong');
  assert.equal(parseFlags(table, ['-n']).kind, 'wrong');
  assert.match(describeFlags(table), /^ {2}-n, --namespace NS {10}where\n {2}--wide/);
});

test('--help anywhere asks for help', () => {
  assert.equal(parseFlags(RUN_FLAGS, ['a', '--help', '--nonsense']).kind, 'help');
});

test('repeating a flag adds where it is a list', () => {
  const { values } = parse(
    '--backend a/b:80=127.0.0.1:1 --backend a/b:80=[::1]:2 --map 80=8080 --map 443=0 --trusted-proxies 10.0.0.0/8,::1 --trusted-proxies 192.0.2.1',
  );
  assert.deepEqual(values.backend, [
    { service: 'a/b', port: 80, to: { host: '127.0.0.1', port: 1 } },
    { service: 'a/b', port: 80, to: { host: '::1', port: 2 } },
  ]);
  assert.deepEqual(
    [...values.map],
    [
      [80, 8080],
      [443, 0],
    ],
  );
  assert.deepEqual(values['trusted-proxies'], ['10.0.0.0/8', '::1', '192.0.2.1']);
});

test('times are in ms and sizes in bytes', () => {
  const { values } = parse(
    '--head-timeout 1.5s --idle-timeout 2m --connect-timeout 250ms --body-idle-timeout 0 --max-head-bytes 8KiB --max-body-bytes 1MB --max-target-bytes 100',
  );
  const options = proxyOptions(values);
  assert.equal(options.headTimeout, 1_500);
  assert.equal(options.idleTimeout, 120_000);
  assert.equal(options.connectTimeout, 250);
  assert.equal(options.bodyIdleTimeout, 0);
  assert.equal(options.maxHeadBytes, 8_192);
  assert.equal(options.maxBodyBytes, 1_000_000);
  assert.equal(options.maxTargetBytes, 100);
});
