import type { Core } from '../../core.ts';
import { TRAILERS } from '../../http1/trailers.ts';
import { FieldSection } from '../hpack/index.ts';
import type { Http2Limits } from '../http2-connection.ts';
import {
  ENABLE_CONNECT_PROTOCOL,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_HEADER_LIST_SIZE,
} from '../settings.ts';
import type { ClientStream } from './client-stream.ts';

/** Content that one stream, and all of a connection, may send before a backend has taken it; bytes. */
const STREAM_WINDOW = 262_144;
const CONNECTION_WINDOW = 1_048_576;

/** What all connections of clients of one thread share. What is decoded holds until the next block. */
export interface ServerShare {
  readonly limits: Http2Limits;
  /** Its fields are those of `core.request`. */
  readonly request: FieldSection;
  /** Its fields are those of `TRAILERS`. */
  readonly trailers: FieldSection;
  /** Streams that are over, for further ones. */
  readonly spare: ClientStream[];
}

const shares = new WeakMap<Core, ServerShare>();

export function serverShare(core: Core): ServerShare {
  const present = shares.get(core);
  if (present !== undefined) return present;
  const most = core.options.maxHeadBytes > 0 ? core.options.maxHeadBytes : Number.POSITIVE_INFINITY;
  const share: ServerShare = {
    limits: limitsOf(core),
    request: new FieldSection(core.request.fields, most),
    trailers: new FieldSection(TRAILERS.fields, most),
    spare: [],
  };
  shares.set(core, share);
  return share;
}

function limitsOf({ options: { maxHeadBytes, maxStreams } }: Core): Http2Limits {
  const limits = [
    [MAX_CONCURRENT_STREAMS, maxStreams],
    [MAX_HEADER_LIST_SIZE, maxHeadBytes],
  ] as const;
  return {
    server: true,
    maxStreams,
    maxHeadBytes,
    streamWindow: STREAM_WINDOW,
    connectionWindow: CONNECTION_WINDOW,
    settings: [
      [INITIAL_WINDOW_SIZE, STREAM_WINDOW],
      [ENABLE_CONNECT_PROTOCOL, 1],
      ...limits.filter(([, value]) => value > 0),
    ],
  };
}
