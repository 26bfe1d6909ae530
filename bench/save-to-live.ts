import { once } from 'node:events';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST, RESPONSE_HEADER, routePath } from './job.ts';
import { filters, gatewayManifest, routeManifest } from './manifests.ts';
import { runSluice } from './peers/sluice.ts';
import { freePort } from './ports.ts';

export interface SaveToLive {
  readonly bytes: number;
  /** From rename(2) of the new file to the end of the first answer that obeys it, in ms, one per edit. */
  readonly times: readonly number[];
}

/** Edits one of `routes` routes of one file, `edits` times, each time another, and asks for it until it obeys. */
export async function saveToLive(dir: string, backendPort: number, routes: number, edits: number): Promise<SaveToLive> {
  const folder = path.join(dir, 'save-to-live');
  const file = path.join(folder, 'routes.yaml');
  const documents = Array.from({ length: routes }, (_, index) => routeManifest(index, ''));
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'gateway.yaml'), gatewayManifest());
  writeFileSync(file, documents.join('---\n'));
  const listenPort = await freePort();
  const sluice = await runSluice(undefined, folder, { listenPort, backendPort });
  const times: number[] = [];
  for (let edit = 0; edit < edits; edit++) {
    await sleep(200);
    const index = (edit * 997) % routes;
    documents[index] = routeManifest(index, filters(`edit-${edit}`));
    times.push(await replaceAndAsk(file, documents.join('---\n'), listenPort, index, `edit-${edit}`));
  }
  await sluice.stop();
  return { bytes: statSync(file).size, times };
}

async function replaceAndAsk(file: string, text: string, port: number, index: number, value: string): Promise<number> {
  const draft = path.join(path.dirname(file), '.routes.yaml.draft');
  writeFileSync(draft, text);
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  const request = `GET ${routePath(index)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
  await ask(socket, request);
  const start = performance.now();
  renameSync(draft, file);
  try {
    return await untilObeyed(socket, request, `\r\n${RESPONSE_HEADER.name}: ${value}\r\n`.toLowerCase(), start);
  } finally {
    socket.destroy();
  }
}

async function untilObeyed(socket: Socket, request: string, sign: string, start: number): Promise<number> {
  while (performance.now() - start < 10_000) {
    const answer = await ask(socket, request);
    if (answer.toLowerCase().includes(sign)) return performance.now() - start;
  }
  throw new Error('the edit was not live after 10 s');
}

/** One request on a kept connection; the answer is complete when its Content-Length has come. */
async function ask(socket: Socket, request: string): Promise<string> {
  socket.write(request);
  for (let answer = ''; ; ) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
    const head = answer.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1] ?? 0);
    if (head !== -1 && answer.length >= head + 4 + length) return answer;
  }
}
