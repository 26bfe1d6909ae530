/**
 * Runs inside the harness: defines the kinds of our own, puts the objects of a file to the API server, as dry runs, and writes
 * down its answers.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { adminClient, type Reply } from '../conformance/api-server.ts';
import { apiVersionOf, KINDS, type Kind } from '../src/resources/index.ts';
import type { Answer } from './answer.ts';
import { crdOf, isOurOwn } from './crd-of.ts';
import type { Case } from './objects.ts';

const [, , casesFile, answersFile] = process.argv;
const AT_ONCE = 8;
const NAMESPACES = ['infra', 'other'];
const client = adminClient(process.env.KUBECONFIG!, AT_ONCE);

function read({ status, body, text, warning }: Reply): Answer {
  const warnings = texts(warning ?? '');
  if (status > 0 && status < 400) return { status, causes: [], warnings };
  const { message, details } = Object(body) as { message?: string; details?: { causes?: Answer['causes'] } };
  return { status: status || 599, message: message ?? text, causes: details?.causes ?? [], warnings };
}

/** RFC 9111 5.5: code, agent and a quoted text; several in one line are separated by commas. */
function texts(header: string): readonly string[] {
  return [...header.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text!) as string);
}

/** Ends once the API server serves the kind; throws if it does not take the definition. */
async function define(kind: Kind): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, text } = await client.send('POST', path, crdOf(kind));
  if (status !== 201 && status !== 409) throw new Error(`the definition of ${kind.kind} is refused: ${text}`);
  const collection = `/apis/${apiVersionOf(kind.group, kind.versions[0]!.name)}/${kind.plural}`;
  for (let tries = 0; tries < 100; tries++) {
    if ((await client.send('GET', collection)).status === 200) return;
    await pause(100);
  }
  throw new Error(`${kind.kind} is not served`);
}

for (const name of NAMESPACES) {
  await client.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}
for (const kind of KINDS.filter(isOurOwn)) await define(kind);
const cases = JSON.parse(readFileSync(casesFile!, 'utf8')) as Case[];
const answers: Answer[] = [];
let next = 0;
async function work(): Promise<void> {
  while (next < cases.length) {
    const at = next++;
    answers[at] = read(await client.send('POST', `${cases[at]!.path}?dryRun=All`, cases[at]!.raw));
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
writeFileSync(answersFile!, JSON.stringify(answers));
client.close();
