import { FILTER_PARAMETERS, type FilterParameter, readFilter } from '../../proxy/index.ts';
import { adminAddress, adminFlag } from '../asked/admin-address.ts';
import { followAdmin, type Parameters, type Said } from '../asked/admin-client.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { describeConnection, isConnection } from '../describe/describe-connection.ts';
import { describeRequest, isRequest } from '../describe/describe-request.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, count } from '../flags/flag-values.ts';
import { describeFlags, type Flag, type FlagValues } from '../flags/flags.ts';
import { printable } from '../printable.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';

const FLAGS = {
  admin: adminFlag,
  route: filter('route', 'NS/NAME', 'only requests that this route took'),
  host: filter('host', 'NAME', 'only requests for this host; *.example.com: for any\nbelow it'),
  status: filter('status', '5xx,404', 'only requests answered with these statuses'),
  method: filter('method', 'METHOD', 'only requests with this method'),
  path: filter('path', 'PREFIX', 'only requests whose path begins so'),
  count: count(0, 'end after so many requests (default: go on)', 1),
  output: {
    ...choice(
      ['text', 'wide', 'json'] as const,
      'text',
      'text: a line for each; wide: with listener, client,\nbytes, id and policies; json (default text)',
    ),
    short: 'o',
  },
};

type TailFlags = FlagValues<typeof FLAGS>;

function filter(parameter: FilterParameter, placeholder: string, help: string): Flag<string | undefined> {
  return {
    placeholder,
    help,
    initial: undefined,
    read(value) {
      const read = readFilter({ [parameter]: value });
      return 'refused' in read ? { refused: read.refused } : { value };
    },
  };
}

export const tail = flagCommand({
  name: 'tail',
  flags: FLAGS,
  help: () => `sluice tail --admin URL [FLAG...]

Prints the requests that a running gateway answers, as they end: what was asked, the route, rule and match
that took it, the backend and endpoint that answered, or why none did; likewise connections of TCP and TLS
routes, and flows of datagrams. Filters work where the requests are:
rare ones are found in a flood. Nobody's request waits for a slow reader, which is told how many it missed.

${describeFlags(FLAGS)}

With --output json each line is an object of docs/operating.md; {"dropped": N} stands where N are missing.

Exit codes: 0 stopped by a signal or --count, 1 the gateway can't be asked or is gone, 2 a flag is wrong.`,
  async run(parsed, streams) {
    const [operand] = parsed.operands;
    if (operand !== undefined)
      return wrongUsage(streams, 'tail', `asks a gateway that runs: leave out ${printable(operand)}`);
    const admin = adminAddress(parsed.values.admin);
    if ('refused' in admin) return wrongUsage(streams, 'tail', admin.refused);
    if (admin.address === undefined) return wrongUsage(streams, 'tail', NO_ADMIN);
    return follow(admin.address, parsed.values, streams);
  },
});

const NO_ADMIN = "needs --admin URL (or SLUICE_ADMIN): 'sluice run' prints the address of its admin endpoint";

async function follow(admin: string, flags: TailFlags, streams: Streams): Promise<ExitCode> {
  const ended = new AbortController();
  // Whoever reads may have gone too: `sluice tail | head`.
  process.stdout.once('error', () => ended.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const print = printer(flags, streams, admin);
  let left = flags.count;
  const onLine = (said: Said, line: string) => {
    if (ended.signal.aborted) return;
    print(said, line);
    if (said.client !== undefined && --left === 0) ended.abort();
  };
  const over = await followAdmin(admin, '/requests', parametersOf(flags), onLine, ended.signal);
  if (over === undefined) return EXIT.ok;
  streams.err(`sluice tail: ${over.unanswered}`);
  return EXIT.failed;
}

function parametersOf(flags: TailFlags): Parameters {
  return FILTER_PARAMETERS.flatMap(name => (flags[name] === undefined ? [] : [[name, flags[name]] as const]));
}

function printer({ output }: TailFlags, streams: Streams, admin: string): (said: Said, line: string) => void {
  const style = styleFor(process.stdout, process.env);
  return (said, line) => {
    if ('following' in said) streams.err(`following the requests of ${admin}; Ctrl-C ends`);
    else if (output === 'json') streams.out(line);
    else if (typeof said.dropped === 'number')
      streams.out(style('warning', `… ${said.dropped} requests are missing here: they came too fast`));
    else if (isRequest(said)) streams.out(describeRequest(said, output === 'wide', style));
    else if (isConnection(said)) streams.out(describeConnection(said, output === 'wide', style));
  };
}
