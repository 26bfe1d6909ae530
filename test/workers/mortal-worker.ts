import { workerData } from 'node:worker_threads';
import '../../src/proxy/worker.ts';
import { FATE, type Fate } from './fate.ts';

/** A worker that ends or hangs on command. */
const channel = new BroadcastChannel(FATE);
channel.unref();
channel.onmessage = (event: unknown) => {
  const { lane, end }: Fate = Object(event).data;
  if (lane !== workerData.lane) return;
  if (end === 'hang') for (;;);
  setImmediate(() => {
    throw new Error('struck');
  });
};
