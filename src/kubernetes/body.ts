import type { IncomingMessage } from 'node:http';
import { parseJson } from './plain-data.ts';

/** A page of 500 objects of half a megabyte each. */
const LARGEST = 256 * 1024 * 1024;

/** The body of an answer; undefined if it is no JSON. Rejects if it does not come to its end. */
export async function readJson(response: IncomingMessage, patienceMs: number): Promise<unknown> {
  const timer = setTimeout(() => response.destroy(new Error('no more of the answer')), patienceMs);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      timer.refresh();
      size += chunk.length;
      if (size > LARGEST) throw new Error('the answer is too large');
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return parseJson(Buffer.concat(chunks).toString());
}
