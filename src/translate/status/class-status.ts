import { type GatewayClass, refOf } from '../../resources/index.ts';
import type { ClassView } from '../attach/gateway-classes.ts';
import { SUPPORTED_FEATURES } from '../features.ts';
import { classConditions } from './class-conditions.ts';
import { type Condition, conditionOf, type Verdict } from './condition.ts';
import { problemOf, type Report } from './report.ts';

export interface ClassStatus {
  readonly conditions: readonly Condition[];
  /** Ascending by name. */
  readonly supportedFeatures?: readonly { readonly name: string }[];
}

/** Nothing about a class of another controller. */
export function reportClass(gatewayClass: GatewayClass, { ours, verdict }: ClassView): Report | undefined {
  if (!ours) return undefined;
  const object = refOf(gatewayClass);
  const condition = (each: Verdict) => conditionOf(each, gatewayClass.metadata.generation);
  if (verdict.status === 'False') {
    return { object, status: { conditions: [condition(verdict)] }, problems: [problemOf(object, verdict)] };
  }
  const conditions = [verdict, classConditions.supportedVersion()].map(condition);
  return { object, status: { conditions, supportedFeatures: SUPPORTED_FEATURES }, problems: [] };
}
