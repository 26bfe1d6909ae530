import type { ApiClient, ApiFailure } from './api-client.ts';
import type { RawObject } from './raw-object.ts';

/** What stands in the way of following a resource. */
export interface Trouble extends ApiFailure {
  readonly verb: 'list' | 'watch';
}

export interface ListWatchOptions {
  readonly client: ApiClient;
  /** The collection: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
  readonly path: string;
  /** Only metadata are asked for and kept. */
  readonly metadataOnly?: boolean;
  /** Called for what is new or has another resourceVersion than before; a relist repeats nothing. */
  readonly onUpsert: (object: RawObject) => void;
  readonly onDelete: (object: { readonly namespace: string; readonly name: string }) => void;
  /** The first list is in. Called once. */
  readonly onSynced: () => void;
  /** What stands in the way since now; undefined: nothing any more. 410 and an ended watch are no trouble. */
  readonly onTrouble: (trouble: Trouble | undefined) => void;
}

/** Follows one resource until `close`. */
export interface ListWatch {
  close(): void;
}

export declare function startListWatch(options: ListWatchOptions): ListWatch;
