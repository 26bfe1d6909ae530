import type { StatusItem } from '../../gateway/index.ts';
import type { Style } from '../style.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

interface ParentRef {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** What is shown of the statuses of all kinds: Gateways have listeners, routes parents, policies ancestors. */
interface Shown {
  readonly conditions?: readonly Condition[];
  readonly addresses?: readonly { readonly value: string }[];
  readonly listeners?: readonly {
    readonly name: string;
    readonly attachedRoutes: number;
    readonly conditions: readonly Condition[];
  }[];
  readonly parents?: readonly { readonly parentRef: ParentRef; readonly conditions: readonly Condition[] }[];
  readonly ancestors?: readonly { readonly ancestorRef: ParentRef; readonly conditions: readonly Condition[] }[];
}

/** A status for people: a line for the object, and one for each of its parts. */
export function describeStatus({ kind, metadata, status }: StatusItem, style: Style): string {
  const { conditions, addresses = [], listeners = [], parents = [], ancestors = [] }: Shown = status;
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  const at = addresses.length === 0 ? '' : `, at ${addresses.map(({ value }) => value).join(', ')}`;
  return [
    `${kind} ${style('strong', name)}${conditions ? `: ${describe(conditions, style)}` : ''}${at}`,
    ...listeners.map(
      own => `  listener ${own.name}: ${describe(own.conditions, style)}, ${routes(own.attachedRoutes)}`,
    ),
    ...parents.map(own => `  at ${describeRef(own.parentRef)}: ${describe(own.conditions, style)}`),
    ...ancestors.map(own => `  at ${describeRef(own.ancestorRef)}: ${describe(own.conditions, style)}`),
  ].join('\n');
}

function describe(conditions: readonly Condition[], style: Style): string {
  return conditions
    .map(({ type, status, reason }) => {
      const text = `${type}=${status}${reason === type ? '' : ` (${reason})`}`;
      return status === 'True' ? text : style('warning', text);
    })
    .join(' ');
}

function describeRef({ kind = 'Gateway', namespace, name, sectionName, port }: ParentRef): string {
  const section = sectionName === undefined ? '' : ` listener ${sectionName}`;
  const where = port === undefined ? '' : ` port ${port}`;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}${section}${where}`;
}

function routes(number: number): string {
  return number === 1 ? '1 route' : `${number} routes`;
}
