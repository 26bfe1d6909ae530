import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createProxy } from './create-proxy.ts';
import type { DataPlane } from './data-plane.ts';
import type { ProxyOptions } from './options.ts';
import type { Answer, Question } from './worker-message.ts';

/** The entry of a worker thread: one data plane, told by messages what to do. */
function serve(port: MessagePort, options: ProxyOptions): void {
  const proxy = createProxy(options);
  port.on('message', (question: Question) => {
    answer(proxy, question)
      .catch((error: unknown): Answer => ({ kind: 'failed', id: question.id, message: String(error) }))
      .then(reply => port.postMessage(reply));
  });
}

async function answer(proxy: DataPlane, question: Question): Promise<Answer> {
  const { id } = question;
  switch (question.kind) {
    case 'apply':
      return { kind: 'applied', id, applied: await proxy.apply(question.delta) };
    case 'metrics':
      return { kind: 'metrics', id, text: proxy.metrics() };
    case 'drain':
      await proxy.drain(question.deadline);
      return { kind: 'drained', id };
  }
}

if (parentPort) serve(parentPort, workerData as ProxyOptions);
