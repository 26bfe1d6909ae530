/** Writes the definitions of our own kinds to `deploy/crds`: `node schema/write-crds.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CRD_FOLDER, crdFiles } from './crd-files.ts';

mkdirSync(CRD_FOLDER, { recursive: true });
for (const [name, text] of crdFiles()) writeFileSync(path.join(CRD_FOLDER, name), text);
