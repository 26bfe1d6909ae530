import type { ApiClient, Reply } from './api-client.ts';

export interface ApplyOptions {
  /** Whose the fields are; what a manager applied before and leaves out now is removed. */
  readonly fieldManager: string;
  /** Takes fields from other managers, where a conflict would be the answer. */
  readonly force: boolean;
  readonly signal?: AbortSignal;
}

/** Server-side apply: `object` holds the fields that are meant, and no others. It is created where it is not there. `path`: that of the object. */
export function applyObject(client: ApiClient, path: string, object: object, options: ApplyOptions): Promise<Reply> {
  const { fieldManager, force, signal } = options;
  return client.request('PATCH', path, {
    query: { fieldManager, force: String(force) },
    contentType: 'application/apply-patch+yaml',
    body: object,
    ...(signal && { signal }),
  });
}

/** Deletes that very object, and what it owns after it; one that was made anew under its name is a conflict. */
export function deleteObject(client: ApiClient, path: string, uid: string, signal?: AbortSignal): Promise<Reply> {
  return client.request('DELETE', path, {
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: 'Background' },
    ...(signal && { signal }),
  });
}
