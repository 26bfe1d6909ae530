import { readFileSync } from 'node:fs';
import { type Command, EXIT } from '../command.ts';

export const version: Command = {
  help: () => 'sluice version\n\nPrints the version of Sluice and of the Node.js it runs on.',
  async run(_args, streams) {
    streams.out(`sluice ${ownVersion()} (Node.js ${process.version})`);
    return EXIT.ok;
  },
};

/** Sources and the built package stand equally deep below package.json. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const manifest: { readonly version: string } = JSON.parse(text);
  return manifest.version;
}
