import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { isRecord } from '../../src/resources/index.ts';
import { ROOT } from '../cli-rig.ts';
import { helmTemplate } from './helm-template.ts';

export type KubeObject = Readonly<Record<string, unknown>>;

const CHART = path.join(ROOT, 'deploy', 'charts', 'sluice');

export interface Installing {
  readonly namespace: string;
  /** On top of `values.yaml`, as `helm install --values` merges them. */
  readonly values: KubeObject;
}

/** What `helm template` prints of the chart, as objects. */
export function objectsOfChart({ namespace, values }: Installing): readonly KubeObject[] {
  const { appVersion } = parse(chartFile('Chart.yaml'));
  const scope = {
    Values: merged(parse(chartFile('values.yaml')), values),
    Release: { Namespace: namespace },
    Chart: { AppVersion: appVersion },
  };
  const names = readdirSync(path.join(CHART, 'templates'), { recursive: true, encoding: 'utf8' });
  const templates = names.filter(name => name.endsWith('.yaml')).map(name => chartFile(path.join('templates', name)));
  return templates.flatMap(text => objectsIn(helmTemplate(text, scope)));
}

export function chartFile(name: string): string {
  return readFileSync(path.join(CHART, name), 'utf8');
}

/** Objects of YAML documents; empty ones are none. */
export function objectsIn(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).flatMap(document => {
    if (document.errors[0]) throw document.errors[0];
    const value: unknown = document.toJS();
    return isRecord(value) ? [value] : [];
  });
}

function merged(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const members = Object.entries(over).map(([key, value]) => [key, key in base ? merged(base[key], value) : value]);
  const all = { ...base, ...Object.fromEntries(members) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}
