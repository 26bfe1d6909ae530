/** The system's refusal to listen somewhere, in words; `code` is its errno. */
export function explainBindError(
  { code, message }: { readonly code: string; readonly message: string },
  host: string,
  port: number,
  transport: 'tcp' | 'udp' = 'tcp',
): string {
  const what = transport === 'udp' ? `UDP port ${port}` : `port ${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${what} on ${host} is already in use`;
    case 'EACCES':
      return `${what} on ${host} needs privileges that this process does not have`;
    case 'EADDRNOTAVAIL':
      return `address ${host} does not belong to this machine`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} cannot be resolved to an address`;
    default:
      return `${host}:${port} could not be bound: ${message}`;
  }
}
