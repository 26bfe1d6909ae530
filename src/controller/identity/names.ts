/** What the tokens of proxies are for; the API server is asked whether one is. */
export const CONFIG_AUDIENCE = 'sluice.dev/config';

/** Of the controller's Service: its certificate is for it, whatever address leads there. */
export function controllerHost(namespace: string): string {
  return `sluice-controller.${namespace}.svc`;
}
