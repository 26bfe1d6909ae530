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
 * Gives the events of a watch as they come. Undefined when the server ended it, else what it said that is no event, or
 * what `lost` makes of the loss of the connection. Rejects with what `onEvent` throws.
 */
export async function readEvents(
  response: IncomingMessage,
  onEvent: (event: WatchEvent) => void,
  lost: (error: unknown) => ApiFailure,
): Promise<ApiFailure | undefined> {
  let failure: ApiFailure | undefined;
  const lines = createLineSplitter(LONGEST_LINE, line => {
    if (failure) return;
    const event = eventOf(line);
    if (event) onEvent(event);
    else failure = unreadable('the API server sent what is no event of a watch');
  });
  const chunks = untilLost(response, error => {
    failure ??= lost(error);
  });
  for await (const chunk of chunks) {
    if (!lines.push(chunk)) failure ??= unreadable(`an event of a watch is larger than ${LONGEST_LINE} bytes`);
    if (failure) return failure;
  }
  return failure;
}

/** The loss of a connection is told from what goes wrong in whoever reads the chunks. */
async function* untilLost(response: IncomingMessage, lost: (error: unknown) => void): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (error) {
    lost(error);
  }
}
