import { type Flags, HELP, parseFlags } from './flags.ts';
import { soak } from './soak.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

function flagsOrExit(): Flags {
  try {
    const flags = parseFlags(process.argv.slice(2));
    if (flags) return flags;
    print(HELP);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}\n`);
    process.exit(2);
  }
}

process.exit((await soak(flagsOrExit(), print)) ? 0 : 1);
