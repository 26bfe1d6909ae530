/** Of a Route: `Kind/namespace/name` of the object, and `namespace/name` of the Gateway that it is attached to. */
export function routeName(object: string, gateway: string): string {
  return `${object}@${gateway}`;
}

/** `Kind/namespace/name` out of the name of a Route: the same for each Gateway. */
export function objectOfRoute(name: string): string {
  return name.slice(0, name.lastIndexOf('@'));
}
