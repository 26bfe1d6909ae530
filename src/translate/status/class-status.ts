import { type CustomResourceDefinition, type GatewayClass, refOf } from '../../resources/index.ts';
import type { ClassView } from '../attach/gateway-classes.ts';
import { type Setting, supportedFeatures } from '../features.ts';
import { bundleVersion } from '../resolve/bundle-versions.ts';
import { classConditions } from './class-conditions.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import { problemOf, type Report } from './report.ts';

export interface ClassStatus {
  readonly conditions: readonly Condition[];
  /** Ascending by name. */
  readonly supportedFeatures?: readonly { readonly name: string }[];
}

/** What the API server has installed of Gateway API, and how Sluice is installed. */
export interface Installed extends Setting {
  /** CRDs of no version that Sluice knows; their objects are served as well as it can. */
  readonly strangers: readonly CustomResourceDefinition[];
}

/** Nothing about a class of another controller. */
export function reportClass(
  gatewayClass: GatewayClass,
  { ours, verdict }: ClassView,
  { strangers, ...setting }: Installed,
): Report | undefined {
  if (!ours) return undefined;
  const object = refOf(gatewayClass);
  const condition = (each: Verdict) => conditionOf(each, gatewayClass.metadata.generation);
  if (isProblem(verdict)) {
    return { object, status: { conditions: [condition(verdict)] }, problems: [problemOf(object, verdict)] };
  }
  const version = supportedVersion(strangers);
  return {
    object,
    status: {
      conditions: [verdict, version].map(condition),
      supportedFeatures: supportedFeatures(setting),
    },
    problems: isProblem(version) ? [problemOf(object, version, 'warning')] : [],
  };
}

function supportedVersion([first, ...others]: readonly CustomResourceDefinition[]): Verdict {
  if (!first) return classConditions.supportedVersion();
  return classConditions.unsupportedVersion(first.metadata.name, bundleVersion(first), others.length);
}
