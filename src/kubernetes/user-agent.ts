import { readFileSync } from 'node:fs';

/** Sources and the built package stand equally deep below package.json. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: { readonly version: string } = JSON.parse(text);
  return manifest.version;
}

/** What audit logs and API priority and fairness know us by. */
export const USER_AGENT = `sluice/${ownVersion()}`;
