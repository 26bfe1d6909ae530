import { existsSync } from 'node:fs';
import path from 'node:path';
import { outputOf } from '../bench/programs.ts';
import { CACHE, HARNESS } from '../conformance/harness.ts';

/** `config/crd` of the Go module that the harness pins, or of the harness's own copy; undefined where there is neither. */
export function crdFolder(): string | undefined {
  const args = ['-C', path.join(HARNESS, 'harness'), 'list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'];
  const module = outputOf('go', args);
  const folders = [module && path.join(module, 'config', 'crd'), path.join(CACHE, 'crd')];
  return folders.find(folder => folder && existsSync(path.join(folder, 'standard'))) || undefined;
}
