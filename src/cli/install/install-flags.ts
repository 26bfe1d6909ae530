import { INSTALL_NAMESPACE } from '../../install/index.ts';
import { choice, text, toggle } from '../flags/flag-values.ts';
import type { Flag, FlagValues } from '../flags/flags.ts';

const set: Flag<readonly string[]> = {
  placeholder: 'PATH=VALUE',
  help: "a value of the chart, for example replicas=3 or\nresources='{limits: {memory: 1Gi}}'; repeating adds",
  initial: [],
  read: (value, before) => ({ value: [...before, value] }),
};

const namespace: Flag<string> = {
  placeholder: 'NS',
  short: 'n',
  help: `namespace of the controllers (default ${INSTALL_NAMESPACE})`,
  initial: INSTALL_NAMESPACE,
  read: value =>
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
      ? { value }
      : { refused: 'must be the name of a namespace: lower case letters, digits and -, at most 63' },
};

export const INSTALL_FLAGS = {
  print: toggle('print the objects as YAML (the only way: nothing is\nwritten to an API server)'),
  namespace,
  image: text('IMAGE', 'image.reference: that of the controller, and of proxies'),
  replicas: text('N', 'replicas: how many controllers'),
  class: text('NAME', 'gatewayClass.name (default sluice)'),
  crds: choice(
    ['with', 'without', 'only'],
    'with',
    'with the definitions of our own kinds (default), without\nthem, or only them',
  ),
  values: { ...text('FILE', 'values of the chart in YAML, before those of --set'), short: 'f' },
  set,
};

export type InstallFlags = FlagValues<typeof INSTALL_FLAGS>;
