import type { TestRequest } from '../../testing/index.ts';
import { shellQuoted } from '../shell-quoted.ts';

/** The command line that explains a request, as a shell takes it. `source`: the operands and flags that name the manifests. */
export function explainCommand(source: readonly string[], request: TestRequest): string {
  const { method = 'GET', url, headers = {}, client, gateway } = request;
  const words = [
    ...source,
    ...(method === 'GET' ? [] : [method]),
    url,
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(client === undefined ? [] : ['--client', client]),
    ...(gateway === undefined ? [] : ['--gateway', gateway]),
  ];
  return `sluice explain ${words.map(shellQuoted).join(' ')}`;
}
