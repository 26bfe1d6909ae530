import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { asYaml } from '../../src/cli/as-yaml.ts';
import { DEFAULTS, INSTALL_NAMESPACE, objectsToInstall, PARTS } from '../../src/install/index.ts';
import { crdFiles } from '../crd-files.ts';
import { chartMetadata } from './chart-metadata.ts';
import { valuesFile, valuesSchema } from './chart-values.ts';
import { goTemplate } from './go-template.ts';
import { NOTES } from './notes.ts';

export const DEPLOY = path.join(import.meta.dirname, '..', '..', 'deploy');
const CHART = 'charts/sluice';
const HEAD = 'made by `node schema/write-crds.ts` of src/install: change that';

/** Path below `deploy` and text of everything that installs Sluice, the definitions of `deploy/crds` apart. */
export function installFiles(): ReadonlyMap<string, string> {
  const version = ownVersion();
  const files = new Map([
    ['install.yaml', plainYaml(version)],
    [`${CHART}/Chart.yaml`, `# ${HEAD}\n${chartMetadata(version)}`],
    [`${CHART}/values.yaml`, `# ${HEAD}\n${valuesFile()}`],
    [`${CHART}/values.schema.json`, valuesSchema()],
    [`${CHART}/templates/NOTES.txt`, NOTES],
  ]);
  for (const { name, trees } of PARTS) {
    files.set(`${CHART}/templates/${name}.yaml`, `{{- /* ${HEAD} */ -}}\n${trees.map(goTemplate).join('\n---\n')}\n`);
  }
  for (const [name, text] of crdFiles()) files.set(`${CHART}/templates/crds/${name}`, definition(text));
  return files;
}

function ownVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(path.join(DEPLOY, '..', 'package.json'), 'utf8'),
  );
  return manifest.version;
}

function plainYaml(version: string): string {
  const { namespace, objects } = objectsToInstall({ namespace: INSTALL_NAMESPACE, version, values: DEFAULTS });
  const definitions = [...crdFiles().values()].map(text => text.replace(/^(#.*\n)+/, '').trimEnd());
  return `# ${HEAD}\n${[asYaml(namespace), ...definitions, ...objects.map(asYaml)].join('\n---\n')}\n`;
}

/** Objects of our kinds outlive the chart: with their definition they would all be deleted. */
function definition(text: string): string {
  const object = parse(text);
  const kept = { ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } } };
  return `{{- /* ${HEAD} */ -}}\n{{- if .Values.crds }}\n${stringify(kept, { lineWidth: 120 })}{{- end }}\n`;
}
