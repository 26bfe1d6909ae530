import type { IncomingMessage } from 'node:http';
import type { ApiFailure, WatchEvent } from './api-client.ts';
import { unreadable } from './failure.ts';
import { createLineSplitter } from './lines.ts';
import { isRecord, parseJson } from './plain-data.ts';

const LONGEST_LINE = 16 * 1024 * 1024;

const TYPES: readonly WatchEvent['type'][] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];

function eventOf(line: string): WatchEvent | undefined {
  const parsed = parseJson(line);
  if (!isRecord(parsed)) return undefined;
  const type = TYPES.find(each => each === parsed.type);
  return type && { type, object: parsed.object };
}

/**
 * Gives the events of a watch as they come. Resolves with undefined when the server ended it, with a failure when it said
 * what is no event; rejects when the connection was lost.
 */
export async function readEvents(
  response: IncomingMessage,
  onEvent: (event: WatchEvent) => void,
): Promise<ApiFailure | undefined> {
  let failure: ApiFailure | undefined;
  const lines = createLineSplitter(LONGEST_LINE, line => {
    if (failure) return;
    const event = eventOf(line);
    if (event) onEvent(event);
    else failure = unreadable('the API server sent what is no event of a watch');
  });
  for await (const chunk of response) {
    if (!lines.push(chunk)) failure ??= unreadable(`an event of a watch is larger than ${LONGEST_LINE} bytes`);
    if (failure) return failure;
  }
  return undefined;
}
