import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIG_BYTES } from './backends.ts';
import { codeOf, type Fault } from './requests.ts';

/** Rest after each piece; ms. */
const REST = 40;

/** Takes an answer of some megabytes a piece at a time, so that the gateway has to wait. */
export function readSlowly(port: number, path: string): Promise<Fault> {
  return new Promise(resolve => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false }, async answer => {
      let bytes = 0;
      try {
        for await (const chunk of answer) {
          bytes += chunk.length;
          await sleep(REST);
        }
        resolve(bytes === BIG_BYTES ? undefined : `slow reader: ${answer.statusCode}, not all of it`);
      } catch (error) {
        resolve(`slow reader: ${codeOf(error as Error)}`);
      }
    });
    outgoing.on('error', error => resolve(`slow reader: ${codeOf(error)}`));
    outgoing.end();
  });
}
