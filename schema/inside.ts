/** Runs inside the harness: puts the objects of a file to the API server, as dry runs, and writes down its answers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { Answer } from './answer.ts';
import type { Case } from './objects.ts';

const [, , casesFile, answersFile] = process.argv;
const AT_ONCE = 8;
const NAMESPACES = ['infra', 'other'];

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate': string; readonly 'client-key': string };
  }[];
}

/** The harness writes its own as JSON. */
const { clusters, users } = JSON.parse(readFileSync(process.env.KUBECONFIG!, 'utf8')) as Kubeconfig;
const { server, 'certificate-authority': ca } = clusters[0]!.cluster;
const { 'client-certificate': cert, 'client-key': key } = users[0]!.user;
const agent = new Agent({
  keepAlive: true,
  maxSockets: AT_ONCE,
  ca: readFileSync(ca),
  cert: readFileSync(cert),
  key: readFileSync(key),
});

function create(path: string, object: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${server}${path}`, { method: 'POST', agent, headers }, response => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const warnings = [response.headers.warning ?? []].flat().flatMap(texts);
          resolve(read(response.statusCode!, Buffer.concat(chunks).toString(), warnings));
        });
    });
    sent.on('error', reject).end(JSON.stringify(object));
  });
}

/** RFC 9111 5.5: code, agent and a quoted text; several in one line are separated by commas. */
function texts(header: string): readonly string[] {
  return [...header.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text!) as string);
}

function read(status: number, text: string, warnings: readonly string[]): Answer {
  if (status < 400) return { status, causes: [], warnings };
  try {
    const { message, details } = JSON.parse(text) as { message?: string; details?: { causes?: Answer['causes'] } };
    return { status, ...(message !== undefined && { message }), causes: details?.causes ?? [], warnings };
  } catch {
    return { status, message: text, causes: [], warnings };
  }
}

for (const name of NAMESPACES) {
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}
const cases = JSON.parse(readFileSync(casesFile!, 'utf8')) as Case[];
const answers: Answer[] = [];
let next = 0;
async function work(): Promise<void> {
  while (next < cases.length) {
    const at = next++;
    answers[at] = await create(`${cases[at]!.path}?dryRun=All`, cases[at]!.raw);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
writeFileSync(answersFile!, JSON.stringify(answers));
agent.destroy();
