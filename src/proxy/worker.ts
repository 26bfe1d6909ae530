import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Delta } from '../ir/index.ts';
import { compactHeap } from './compact-heap.ts';
import { createCore, createProxy } from './create-proxy.ts';
import type { DataPlane } from './data-plane.ts';
import { nodeRuntime } from './node-socket.ts';
import { Lane } from './shared/lane.ts';
import type { Answer, Question, WorkerStart } from './worker-message.ts';

/** Length of a delta that leaves enough behind to be worth the trouble, in characters. */
const LARGE = 262_144;
/** How often a worker shows that its event loop turns; ms. */
const BEAT = 500;

/** The entry of a worker thread: one data plane, told by messages what to do. */
function serve(port: MessagePort, { options, memory, lane: number }: WorkerStart): void {
  const lane = new Lane(memory, number);
  const proxy = createProxy(options, nodeRuntime, createCore(options, nodeRuntime, lane));
  lane.beat();
  setInterval(() => lane.beat(), BEAT).unref();
  port.on('message', (question: Question) => {
    answer(proxy, question)
      .catch((error: unknown): Answer => ({ kind: 'failed', id: question.id, message: String(error) }))
      .then(reply => {
        port.postMessage(reply);
        // Later, when nobody holds the question any more.
        if (question.kind === 'apply' && question.delta.length >= LARGE) setTimeout(compactIfIdle, 0, lane);
      });
  });
}

/** With the first configuration, mostly: nobody is connected who would wait. */
function compactIfIdle(lane: Lane): void {
  if (lane.ownClients === 0) compactHeap();
}

async function answer(proxy: DataPlane, question: Question): Promise<Answer> {
  const { id } = question;
  switch (question.kind) {
    case 'apply':
      return { kind: 'applied', id, applied: await proxy.apply(readDelta(question.delta), question.share) };
    case 'metrics':
      return { kind: 'metrics', id, report: proxy.report() };
    case 'tail':
      return { kind: 'tailed', id, lines: await proxy.tail(question.watches) };
    case 'drain':
      await proxy.drain(question.deadline, question.patient, question.delay);
      return { kind: 'drained', id, report: proxy.report() };
  }
}

/** Our own main thread wrote it. */
function readDelta(json: string): Delta {
  return JSON.parse(json);
}

if (parentPort) serve(parentPort, workerData as WorkerStart);
