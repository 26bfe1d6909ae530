import path from 'node:path';
import { CHECKOUT } from './harness.ts';

export const NAMESPACE = 'sluice-system';
export const CONTROLLER = 'sluice-controller';
export const DEFAULT_CONTROLLER_NAME = 'sluice.dev/gateway-controller';

/** More flags of `sluice install --print`; for a controller of another name, `--set`. */
export function installFlags(controllerName: string): readonly string[] {
  return controllerName === DEFAULT_CONTROLLER_NAME ? [] : ['--set', `controllerName=${controllerName}`];
}

const SECONDS = 120;

/** What installs Sluice as users do, in a shell with `kubectl`, and waits until it is ready. */
export function installCommand(flags: readonly string[], checkout = CHECKOUT): string {
  const rendered = '"$CONF_OUT/install.yaml"';
  const words = [path.join(checkout, 'bin', 'sluice'), 'install', '--print', ...flags].map(quote).join(' ');
  return [
    'set -e',
    `${words} >${rendered}`,
    `kubectl apply --server-side --force-conflicts -f ${rendered} >/dev/null`,
    `kubectl -n ${NAMESPACE} rollout status deployment/${CONTROLLER} --timeout=${SECONDS}s`,
  ].join('\n');
}

/** For `sh`. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
