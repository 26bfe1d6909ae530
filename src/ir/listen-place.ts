/**
 * What a server of Node is to listen on. Left to Node, `::` is every address of IPv4 as well, and of IPv4 alone where the
 * system has no IPv6.
 */
export function listenPlace(host: string, port: number): { readonly host?: string; readonly port: number } {
  return { port, ...(host !== '::' && { host }) };
}
