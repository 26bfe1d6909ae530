import type { Flag } from '../flags/flags.ts';
import { printable } from '../printable.ts';

/** The admin endpoint of a gateway that runs, as `http://host:port`. Its default is {@link adminAddress}'s affair. */
export const adminFlag: Flag<string | undefined> = {
  placeholder: 'URL',
  help: "ask a gateway that runs, at its admin endpoint (its URL or\nHOST:PORT, which 'sluice run' prints; default $SLUICE_ADMIN)",
  initial: undefined,
  read(value) {
    const address = readAddress(value);
    return address === undefined ? { refused: NOT_AN_ADDRESS } : { value: address };
  },
};

const NOT_AN_ADDRESS = 'must be HOST:PORT or http://HOST:PORT, for example 127.0.0.1:9000';

function readAddress(value: string): string | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return url?.protocol === 'http:' && bare ? url.origin : undefined;
}

/** What the flag says, else the environment; undefined: neither does. `refused`: the environment is wrong. */
export function adminAddress(
  flag: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): { readonly address: string | undefined } | { readonly refused: string } {
  const set = env.SLUICE_ADMIN ?? '';
  if (flag !== undefined || set === '') return { address: flag };
  const address = readAddress(set);
  return address === undefined ? { refused: `SLUICE_ADMIN=${printable(set)}: ${NOT_AN_ADDRESS}` } : { address };
}
