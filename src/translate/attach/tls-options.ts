import { getCiphers } from 'node:tls';
import type { TlsTermination } from '../../ir/index.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';

/** The options of ours that a listener sets, or why they can't be followed. */
export interface TlsOptions {
  readonly settings: Pick<TlsTermination, 'minVersion' | 'ciphers'>;
  readonly refused?: Verdict;
}

const MIN_VERSION = 'sluice.dev/min-version';
const CIPHERS = 'sluice.dev/ciphers';

const VERSIONS: Readonly<Record<string, 'TLSv1.2' | 'TLSv1.3'>> = {
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
};

/** `tls.options` of a listener (`path`). What is of other domains is other implementations' affair. */
export function readTlsOptions(options: Readonly<Record<string, string>>, path: string): TlsOptions {
  const at = (name: string) => `${path}["${name}"]`;
  let settings: TlsOptions['settings'] = {};
  for (const [name, value] of Object.entries(options)) {
    if (!name.startsWith('sluice.dev/')) continue;
    if (name === MIN_VERSION) {
      const minVersion = Object.hasOwn(VERSIONS, value) ? VERSIONS[value] : undefined;
      if (!minVersion) return refuse(listenerConditions.tlsVersion(at(name), value));
      settings = { ...settings, minVersion };
    } else if (name === CIPHERS) {
      const unknown = unknownCipher(value);
      if (unknown !== undefined) return refuse(listenerConditions.tlsCipher(at(name), unknown));
      settings = { ...settings, ciphers: value };
    } else {
      return refuse(listenerConditions.tlsOption(at(name), name, [MIN_VERSION, CIPHERS]));
    }
  }
  return { settings };
}

function refuse(refused: Verdict): TlsOptions {
  return { settings: {}, refused };
}

let known: ReadonlySet<string> | undefined;

/** The first name of a list (with colons between) that OpenSSL doesn't have; '' is none either. */
function unknownCipher(list: string): string | undefined {
  known ??= new Set(getCiphers());
  return list.split(':').find(name => !known?.has(name.toLowerCase()));
}
