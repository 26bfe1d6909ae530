import { type Command, EXIT } from '../command.ts';
import { ownVersion } from '../own-version.ts';

export const version: Command = {
  help: () => 'sluice version\n\nPrints the version of Sluice and of the Node.js it runs on.',
  async run(_args, streams) {
    streams.out(`sluice ${ownVersion()} (Node.js ${process.version})`);
    return EXIT.ok;
  },
};
