import { parseArgs } from 'node:util';

export const HELP = `npm run conformance -- [flags]
  --profile NAMES         profiles, comma-separated (all five of gateways)
  --in-process            one controller that carries the traffic itself, in place of pods
  --times N               so many runs, side by side (1)
  --run REGEX             only tests whose names match
  --run-test NAME         only this test
  --skip-tests NAMES      all but these
  --channel NAME          which CRDs are installed: experimental or standard (experimental)
  --all-features          claim every feature; without it the features of the GatewayClass's status are tested
  --features NAMES        claim these
  --exempt-features NAMES leave these out of --all-features
  --suite-timeout TIME    bound of one run (30m)
  --timeouts LIST         the suite's own time limits: 'MaxTimeToConsistency:10;…'
  --debug                 the suite says more in suite.log
  --impl-cmd COMMAND      run this instead of sluice controller
  --controller-name NAME  what it answers for (sluice.dev/gateway-controller)
  --report                keep the official report under conformance/reports, if all of the suite has passed
  --exec COMMAND          run this instead of the suite, with the controller up
  --self-check            check the harness itself, without a controller
  --faults                the fault scenarios instead of the suite
  --scenario NAMES        only these scenarios, comma-separated (with --faults)
  --cases [NAME...]       what the suite has no test for: the cases of conformance/cases
  --upgrade REVISION      proxies of that commit with this controller, and the other way round, under load
  --no-build              trust that the harness is built`;

const TEXTS = ['run', 'run-test', 'skip-tests', 'features', 'exempt-features', 'timeouts', 'exec'];
const SWITCHES = ['all-features', 'debug', 'self-check'];
const OWN_SWITCHES = ['faults', 'no-build', 'in-process', 'report', 'cases'];
const GATEWAY_PROFILES = ['HTTP', 'GRPC', 'TLS', 'TCP', 'UDP'].map(name => `GATEWAY-${name}`);
/** Handed on to the harness as they are, also those with a default. */
const HANDED_ON = [...TEXTS, ...SWITCHES, 'profile', 'channel', 'suite-timeout', 'controller-name', 'impl-cmd'];

export interface Flags {
  readonly times: number;
  readonly profiles: readonly string[];
  /** What Go's -test.run makes of the top level: unanchored. */
  readonly run: RegExp | undefined;
  readonly runTest: string | undefined;
  readonly skipped: ReadonlySet<string>;
  readonly channel: string;
  readonly build: boolean;
  /** No suite: a command or the check of the harness. */
  readonly noSuite: boolean;
  readonly inProcess: boolean;
  /** A command in Sluice's place: nothing is installed. */
  readonly otherImplementation: boolean;
  readonly report: boolean;
  /** Names of cases, none of them for all; undefined: no cases are asked for. */
  readonly cases: readonly string[] | undefined;
  /** A commit. */
  readonly upgrade: string | undefined;
  readonly faults: boolean;
  readonly scenarios: ReadonlySet<string> | undefined;
  readonly selfCheck: boolean;
  readonly controllerName: string;
  /** For run.sh, without the defaults that only the suite needs. */
  readonly handedOn: readonly string[];
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Throws an error with a plain message for a flag that does not exist or a value that cannot be. */
export function parseFlags(args: readonly string[]): Flags {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...Object.fromEntries([...TEXTS, 'impl-cmd', 'scenario', 'upgrade'].map(name => [name, text])),
      ...Object.fromEntries([...SWITCHES, ...OWN_SWITCHES].map(name => [name, { type: 'boolean' } as const])),
      times: { type: 'string', default: '1' },
      profile: { type: 'string', default: GATEWAY_PROFILES.join(',') },
      channel: { type: 'string', default: 'experimental' },
      'suite-timeout': { type: 'string', default: '30m' },
      'controller-name': { type: 'string', default: 'sluice.dev/gateway-controller' },
    },
  });
  return {
    ...read(values as Values),
    cases: casesOf(values as Values, positionals),
    handedOn: handOn(values as Values),
  };
}

function casesOf({ cases }: Values, names: readonly string[]): readonly string[] | undefined {
  if (names.length > 0 && !cases) throw new Error(`'${names[0]}': only --cases takes names without a flag`);
  return cases ? names : undefined;
}

function read(values: Values): Omit<Flags, 'handedOn' | 'cases'> {
  const text = (name: string) => values[name] as string | undefined;
  return {
    times: wholeNumber('times', text('times')!),
    profiles: names(text('profile')!),
    run: pattern(text('run')),
    runTest: text('run-test'),
    skipped: new Set(names(text('skip-tests') ?? '')),
    channel: text('channel')!,
    build: !values['no-build'],
    noSuite: values.exec !== undefined || Boolean(values['self-check']),
    inProcess: Boolean(values['in-process']),
    otherImplementation: values['impl-cmd'] !== undefined,
    report: Boolean(values.report),
    upgrade: text('upgrade'),
    faults: Boolean(values.faults),
    scenarios: text('scenario') === undefined ? undefined : new Set(names(text('scenario')!)),
    selfCheck: Boolean(values['self-check']),
    controllerName: text('controller-name')!,
  };
}

function handOn(values: Values): string[] {
  return HANDED_ON.flatMap(name => {
    const value = values[name];
    if (value === undefined || value === false) return [];
    // The harness puts it behind the name of the whole suite: an alternative of its own would be another test of Go.
    if (name === 'run' && !`${value}`.includes('/')) return ['--run', `(${value})`];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
}

function names(list: string): string[] {
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}

function pattern(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text.split('/')[0]!);
  } catch {
    throw new Error(`--run: '${text}' is no regular expression`);
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name}: '${text}' is not a whole number above 0`);
  return Number(text);
}
