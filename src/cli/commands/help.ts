import { type Command, type CommandTable, EXIT, findCommand, unknownCommand } from '../command.ts';

const FOOT = `
Exit codes
  0  it worked: check found no errors, tests passed, run was stopped by a signal and drained
  1  it did not: check found errors, tests failed, run could not start
  2  the command line is wrong, or there is nothing to read at PATH

First steps
  sluice run examples/quickstart --echo    serve a folder of manifests; Services answer by echo
  curl http://localhost:8080/              see which Service a request reached, and as what
  sluice check examples/quickstart         the statuses that a cluster would show, without serving anything
  sluice get examples/quickstart           its objects and their states, as kubectl lists them
  sluice test examples/quickstart-tests.yaml    requests, and what must come of them
  sluice check --kube                      the same of what an API server holds

Environment
  NO_COLOR=1            no colours
  SLUICE_ADMIN          admin endpoint of a running gateway (tail, get, explain), unless --admin names one
  SLUICE_DEBUG=1        stack traces of internal errors
  KUBECONFIG            which API server (--kube, controller), unless --kubeconfig names one
  NODE_COMPILE_CACHE    folder for compiled code (default: in the user's cache folder)`;

export function help(commands: CommandTable): Command {
  return {
    help: () => 'sluice help [COMMAND]\n\nExplains Sluice, or one command and its flags.',
    async run([word], streams) {
      if (word === undefined || word.startsWith('-')) {
        streams.out(overview(commands));
        return EXIT.ok;
      }
      const entry = findCommand(commands, word);
      if (!entry) return unknownCommand(streams, commands, word);
      streams.out((await entry.load()).help());
      return EXIT.ok;
    },
  };
}

function overview(commands: CommandTable): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `Sluice makes traffic follow Kubernetes Gateway API manifests.

Usage: sluice COMMAND [PATH...] [FLAG...]

Commands
${lines.join('\n')}
${FOOT}`;
}
