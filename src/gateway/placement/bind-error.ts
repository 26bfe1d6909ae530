/** The system's refusal to listen somewhere, in words; `code` is its errno. */
export function explainBindError(
  { code, message }: { readonly code: string; readonly message: string },
  host: string,
  port: number,
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is already in use`;
    case 'EACCES':
      return `port ${port} on ${host} needs privileges that this process does not have`;
    case 'EADDRNOTAVAIL':
      return `address ${host} does not belong to this machine`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} cannot be resolved to an address`;
    default:
      return `${host}:${port} could not be bound: ${message}`;
  }
}
