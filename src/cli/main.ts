import { existsSync } from 'node:fs';
import { type CommandTable, EXIT, type ExitCode, findCommand, unknownCommand, wrongUsage } from './command.ts';
import { processStreams, type Streams } from './streams.ts';

/** Commands load when they are named: start-up time is what people feel. */
const COMMANDS: CommandTable = {
  run: {
    summary: 'serve the manifests of files and folders, and follow their changes',
    load: async () => (await import('./commands/run.ts')).run,
  },
  check: {
    summary: 'say what is wrong with manifests, and the statuses they would get',
    load: async () => (await import('./commands/check.ts')).check,
  },
  explain: {
    summary: 'say what happens to a request, and why',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  test: {
    summary: 'run routing tests against manifests, without sockets',
    load: async () => (await import('./commands/test.ts')).test,
  },
  diff: {
    summary: 'say which requests change between two sets of manifests, with an example of each',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  get: {
    summary: 'list objects with their states: of manifests, a cluster or a gateway that runs',
    load: async () => (await import('./commands/get.ts')).get,
  },
  tail: {
    summary: 'print live requests of a gateway that runs, with the rules that took them',
    load: async () => (await import('./commands/tail.ts')).tail,
  },
  translate: {
    summary: 'print what manifests mean to a data plane, or the statuses they would get',
    load: async () => (await import('./commands/translate.ts')).translate,
  },
  controller: {
    summary: 'serve the Gateways of a cluster, and write their statuses',
    load: async () => (await import('./commands/controller.ts')).controller,
  },
  status: {
    summary: 'say what there is of Sluice in a cluster, and who is unhappy and why',
    load: async () => (await import('./commands/status.ts')).status,
  },
  install: {
    summary: 'print what installs Sluice in a cluster',
    load: async () => (await import('./commands/install.ts')).install,
  },
  proxy: {
    summary: 'serve what a controller says: the data plane of a Gateway in a cluster',
    load: async () => (await import('./commands/proxy.ts')).proxy,
  },
  version: { summary: 'print the version', load: async () => (await import('./commands/version.ts')).version },
  help: { summary: 'explain a command', load: async () => (await import('./commands/help.ts')).help(COMMANDS) },
};

const ALIASES = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
]);

/** Runs one command line and gives the exit code. */
export async function main(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const [word = 'help', ...rest] = args;
  const name = ALIASES.get(word) ?? word;
  const entry = findCommand(COMMANDS, name);
  if (!entry && existsSync(name))
    return wrongUsage(streams, '', `unknown command ${name}; to serve it: sluice run ${name}`);
  if (!entry) return unknownCommand(streams, COMMANDS, name);
  return (await entry.load()).run(rest, streams);
}

/** An exception is a bug of ours: one line for the user, the stack for whoever asks for it. */
function report(error: unknown, streams: Streams): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  streams.err(`sluice: internal error: ${message}`);
  if (process.env.SLUICE_DEBUG === '1' && error instanceof Error) streams.err(error.stack ?? '');
  else streams.err('This is a bug in Sluice. SLUICE_DEBUG=1 shows where.');
  return EXIT.failed;
}

if (import.meta.main) {
  const streams = processStreams();
  const failed = (error: unknown) => process.exit(report(error, streams));
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  process.exitCode = await main(process.argv.slice(2), streams);
}
