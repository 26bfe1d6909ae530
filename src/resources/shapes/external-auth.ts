import { integer, list, object, oneOf, optional, ruled, text } from '../schema/build.ts';
import { backendObjectReference } from './references.ts';
import { memberFollowsType } from './union.ts';

const headers = list(text(), { max: 64, unique: true });

function configFollowsProtocol(auth: { readonly protocol: string }): string | undefined {
  return memberFollowsType({ GRPC: 'grpc', HTTP: 'http' })({ ...auth, type: auth.protocol })?.replaceAll(
    'type',
    'protocol',
  );
}

/** HTTPExternalAuthFilter (GEP-1494, experimental). */
export const externalAuth = ruled(
  object({
    protocol: oneOf('HTTP', 'GRPC'),
    backendRef: backendObjectReference,
    grpc: optional(object({ allowedHeaders: optional(headers) })),
    http: optional(
      object({
        path: optional(
          text({
            maxLength: 1024,
            pattern: /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$/,
            meaning: 'a path without query',
          }),
        ),
        allowedHeaders: optional(headers),
        allowedResponseHeaders: optional(headers),
      }),
    ),
    forwardBody: optional(object({ maxSize: optional(integer()) })),
  }),
  configFollowsProtocol,
);
