/** Hosts of the listeners; the first certificate is also good for the backends. */
export const NAMES = { web: 'web.interop.test', other: 'other.interop.test' } as const;
