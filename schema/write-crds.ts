/** Writes `deploy`: the definitions of our own kinds, and what installs Sluice (plain YAML, Helm chart): `node schema/write-crds.ts`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEPLOY, installFiles } from './chart/install-files.ts';
import { CRD_FOLDER, crdFiles } from './crd-files.ts';

function write(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

rmSync(path.join(DEPLOY, 'charts'), { recursive: true, force: true });
write(CRD_FOLDER, crdFiles());
write(DEPLOY, installFiles());
