/** What makes two endpoints one, whichever backends list them: `address:port`. */
export function endpointKey({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}
