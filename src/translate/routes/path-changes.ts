import type { PathChange } from '../../ir/index.ts';
import type { PathModifier } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { asPrefix, isPathText } from './paths.ts';

/** `prefix`: what the rule's only match, a PathPrefix, matches; absent if the rule is not like that. */
export function translatePathChange(
  modifier: PathModifier,
  path: string,
  prefix: string | undefined,
  report: (fault: Fault) => void,
): PathChange | undefined {
  switch (modifier.type) {
    case 'ReplaceFullPath': {
      const value = newPath(modifier.replaceFullPath, `${path}.replaceFullPath`, report);
      return value === undefined ? undefined : { kind: 'full', value: value || '/' };
    }
    case 'ReplacePrefixMatch': {
      if (prefix === undefined) report(ruleFaults.prefixNotMatched(path));
      const value = newPath(modifier.replacePrefixMatch, `${path}.replacePrefixMatch`, report);
      return value === undefined || prefix === undefined
        ? undefined
        : { kind: 'prefix', prefix, value: asPrefix(value) };
    }
    default:
      report(ruleFaults.unknownValue(`${path}.type`, modifier.type, 'ReplaceFullPath or ReplacePrefixMatch'));
      return undefined;
  }
}

function newPath(value: string | undefined, path: string, report: (fault: Fault) => void): string | undefined {
  if (value !== undefined && isPathText(value)) return value === '' || value.startsWith('/') ? value : `/${value}`;
  report(ruleFaults.newPath(path, value ?? ''));
  return undefined;
}
