import { setTimeout as sleep } from 'node:timers/promises';
import type { Connected } from '../../kubernetes/index.ts';
import { DEFAULT_CONTROLLER_NAME } from '../../translate/index.ts';
import { apiServer } from '../asked/api-server-source.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, duration, text, toggle } from '../flags/flag-values.ts';
import { describeFlags, type FlagValues } from '../flags/flags.ts';
import { API_SERVER_FLAGS } from '../flags/kube-flags.ts';
import { leaseName } from '../lease-name.ts';
import { printable } from '../printable.ts';
import { readClusterState } from '../status/cluster-state.ts';
import { statusDocument } from '../status/status-document.ts';
import { type StatusReport, statusReport } from '../status/status-report.ts';
import { statusText } from '../status/status-text.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';

const FLAGS = {
  namespace: { ...text('NS', 'only what is in this namespace, and the controller'), short: 'n' },
  'all-namespaces': { ...toggle('what is in all namespaces (the default)'), short: 'A' },
  class: text('NAME', 'only this GatewayClass, of whatever controller'),
  'controller-name': text('NAME', `all classes of this controller\n(default ${DEFAULT_CONTROLLER_NAME})`),
  output: { ...choice(['text', 'wide', 'json', 'yaml'], 'text', 'how to print it (default text)'), short: 'o' },
  wait: duration(0, 'wait so long for all to be happy, for example 2m\n(default: tell what there is now)'),
  kube: toggle('may be said: it reads from an API server anyway'),
  ...API_SERVER_FLAGS,
};

type StatusFlags = FlagValues<typeof FLAGS>;

export const status = flagCommand({
  name: 'status',
  flags: FLAGS,
  help: () => `sluice status [FLAG...]

Says on one page what there is of Sluice in a cluster: controllers and who leads them, who is unhappy and
why, then Gateways with their proxies, listeners and routes. It reads the statuses that stand in the API
server, so it also tells of other controllers' classes (--class). 'sluice check --kube' computes them anew,
and 'sluice explain --kube GET URL' says what becomes of a request.

${describeFlags(FLAGS)}

Exit codes: 0 all are happy, 1 somebody is not, 2 there is no API server to speak to, or a flag is wrong.`,
  async run({ values: flags, operands: [operand] }, streams) {
    const refused = refusal(flags, operand);
    if (refused !== undefined) return wrongUsage(streams, 'status', printable(refused));
    const client = await apiServer(flags);
    if ('unusable' in client) return wrongUsage(streams, 'status', client.unusable);
    try {
      const report = await waitedFor(() => readReport(client, flags), flags.wait);
      if ('refused' in report) return wrongUsage(streams, 'status', printable(report.refused));
      return tell(report, flags, streams);
    } finally {
      client.close();
    }
  },
});

type Answer = StatusReport | { readonly refused: string };

async function readReport(client: Connected, flags: StatusFlags): Promise<Answer> {
  const { namespace, class: className, 'controller-name': controllerName = DEFAULT_CONTROLLER_NAME } = flags;
  const state = await readClusterState(client, namespace, leaseName(controllerName));
  return 'refused' in state ? state : statusReport(state, { class: className, controllerName });
}

/** The first answer in which all are happy, or the one that there is when the time (ms) is over. */
async function waitedFor(read: () => Promise<Answer>, time: number): Promise<Answer> {
  for (const end = performance.now() + time; ; await sleep(LOOK_AGAIN)) {
    const answer = await read();
    const isWell = !('refused' in answer) && answer.unhappy.length === 0;
    if (isWell || performance.now() + LOOK_AGAIN > end) return answer;
  }
}

/** In ms. */
const LOOK_AGAIN = 500;

function refusal(flags: StatusFlags, operand: string | undefined): string | undefined {
  if (operand !== undefined) return `reads from an API server: leave out ${operand}`;
  if (flags.namespace !== undefined && flags['all-namespaces'])
    return 'leave out either --namespace or --all-namespaces';
  if (flags.class !== undefined && flags['controller-name'] !== undefined)
    return 'leave out either --class or --controller-name';
  return undefined;
}

function tell(report: StatusReport, { output }: StatusFlags, streams: Streams): ExitCode {
  if (output === 'json' || output === 'yaml') streams.out(statusDocument(report, output));
  else streams.out(statusText(report, output === 'wide', styleFor(process.stdout, process.env)));
  for (const line of report.unseen) streams.err(printable(`not seen: ${line}`));
  return report.unhappy.length > 0 ? EXIT.failed : EXIT.ok;
}
