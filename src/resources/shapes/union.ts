/** `type` says which member is set: that one must be there, and no other. */
export function memberFollowsType(members: Readonly<Record<string, string>>) {
  return function memberFollows(value: { readonly type: string }): string | undefined {
    const wanted = members[value.type];
    if (wanted !== undefined && !Object.hasOwn(value, wanted)) return `type ${value.type} needs the field ${wanted}`;
    for (const [type, member] of Object.entries(members)) {
      if (type !== value.type && Object.hasOwn(value, member)) {
        return `the field ${member} belongs to type ${type}, but type is ${value.type}`;
      }
    }
    return undefined;
  };
}

/** Of these types a list holds at most one item each. */
export function atMostOneOfType(...types: readonly string[]) {
  return function noTypeRepeats(items: readonly { readonly type: string }[]): string | undefined {
    const repeated = types.find(type => items.filter(item => item.type === type).length > 1);
    return repeated && `at most one item of type ${repeated} is allowed`;
  };
}
