import { type Command, EXIT, type ExitCode, wrongUsage } from '../command.ts';
import type { Streams } from '../streams.ts';
import { type FlagTable, type FlagValues, parseFlags } from './flags.ts';

export interface FlagCommand<Table extends FlagTable> {
  readonly name: string;
  readonly flags: Table;
  help(): string;
  run(line: CommandLine<Table>, streams: Streams): Promise<ExitCode>;
}

/** What was typed behind the name of a command. */
export interface CommandLine<Table extends FlagTable> {
  readonly values: FlagValues<Table>;
  readonly operands: readonly string[];
}

/** A command that takes flags: `--help`, and flags that it has not, are answered before it runs. */
export function flagCommand<Table extends FlagTable>({ name, flags, help, run }: FlagCommand<Table>): Command {
  return {
    help,
    async run(args, streams) {
      const parsed = parseFlags(flags, args);
      switch (parsed.kind) {
        case 'help':
          streams.out(help());
          return EXIT.ok;
        case 'wrong':
          return wrongUsage(streams, name, parsed.message, parsed.unknown);
        case 'flags':
          return run(parsed, streams);
      }
    },
  };
}
