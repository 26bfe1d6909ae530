import { type Fields, parseObject } from './fields.ts';
import type { Unknown, Unreadable } from './messages.ts';

/** How each type of message is read; undefined: it is not as it should be. */
export type MessageReaders<Message> = ReadonlyMap<unknown, (fields: Fields) => Message | undefined>;

export function readMessage<Message>(text: string, readers: MessageReaders<Message>): Message | Unknown | Unreadable {
  const fields = parseObject(text);
  if (!fields) return { type: 'unreadable', reason: 'a message is no JSON object' };
  const read = readers.get(fields.type);
  if (!read) return { type: 'unknown' };
  return read(fields) ?? { type: 'unreadable', reason: `the message '${fields.type}' is not as it should be` };
}
