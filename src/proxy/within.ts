/** What the promise comes to, if it does within `ms`. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const timer = Promise.withResolvers<undefined>();
  const timeout = setTimeout(timer.resolve, ms, undefined);
  return Promise.race([promise, timer.promise]).finally(() => clearTimeout(timeout));
}
