import { parseArgs } from 'node:util';

export const HELP = `npm run conformance -- [flags]
  --profile NAMES         profiles, comma-separated (GATEWAY-HTTP)
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
  --implementation TEXT   organization,project,url,version,contact of the official report
  --exec COMMAND          run this instead of the suite, with the controller up
  --self-check            check the harness itself, without a controller
  --faults                the fault scenarios instead of the suite
  --scenario NAMES        only these scenarios, comma-separated (with --faults)
  --no-build              trust that the harness is built`;

const TEXTS = ['run', 'run-test', 'skip-tests', 'features', 'exempt-features', 'timeouts', 'exec', 'implementation'];
const SWITCHES = ['all-features', 'debug', 'self-check'];
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
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries([...TEXTS, 'impl-cmd', 'scenario'].map(name => [name, text])),
      ...Object.fromEntries([...SWITCHES, 'faults', 'no-build'].map(name => [name, { type: 'boolean' } as const])),
      times: { type: 'string', default: '1' },
      profile: { type: 'string', default: 'GATEWAY-HTTP' },
      channel: { type: 'string', default: 'experimental' },
      'suite-timeout': { type: 'string', default: '30m' },
      'controller-name': { type: 'string', default: 'sluice.dev/gateway-controller' },
    },
  });
  return { ...read(values as Values), handedOn: handOn(values as Values) };
}

function read(values: Values): Omit<Flags, 'handedOn'> {
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
