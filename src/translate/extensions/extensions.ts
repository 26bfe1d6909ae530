import type { AnyResource } from '../../resources/index.ts';
import { directResponseExtension } from './direct-response.ts';
import type { Extension, ExtensionKind } from './extension.ts';

/** Every extension: a further one is a line here and a file beside it. */
export const EXTENSIONS: readonly ExtensionKind[] = [directResponseExtension];

/** Whether filters may refer to objects of this kind. */
export function isExtension(kind: string): boolean {
  return EXTENSIONS.some(extension => extension.kind === kind);
}

export function readExtension(resource: AnyResource): Extension | undefined {
  return EXTENSIONS.find(({ kind }) => kind === resource.kind)?.read(resource);
}
