import { Derived, type Graph, IndexBy, type Read } from '../collections/index.ts';
import { type AnyResource, refKey, refOf } from '../resources/index.ts';
import { namespaceLabels } from './attach/allowed-routes.ts';
import { viewFrontend } from './attach/frontend-validation.ts';
import { viewClass } from './attach/gateway-classes.ts';
import { viewGateway } from './attach/gateways.ts';
import { listenerUnits } from './attach/listener-units.ts';
import { sharesProxies } from './attach/parameters.ts';
import { attachRoute, type Parent } from './attach/parent-refs.ts';
import { backendReports } from './backend-reports.ts';
import { backendWays } from './backend-ways.ts';
import { gatewayViews, parameters } from './data-planes.ts';
import { readExtension } from './extensions/extensions.ts';
import { reportExtension } from './extensions/report-extension.ts';
import type { Inputs } from './inputs.ts';
import { listenerSets } from './listener-sets.ts';
import { nearKey } from './resolve/absence.ts';
import { viewAuthorities } from './resolve/authorities.ts';
import { isKnownVersion, isStandard } from './resolve/bundle-versions.ts';
import type { CertificateSources } from './resolve/certificate-refs.ts';
import { viewSecret } from './resolve/certificates.ts';
import { grantKeys, neededKeys } from './resolve/reference-grants.ts';
import { routeRivals } from './route-rivals.ts';
import { backendUnit, takesClientCertificate } from './routes/backend-unit.ts';
import { personalRules } from './routes/personal-rules.ts';
import { translateRoute } from './routes/translate-route.ts';
import { joinRoute } from './routes/translated-route.ts';
import { secretUnits } from './secret-units.ts';
import { reportClass } from './status/class-status.ts';
import { reportForeign, reportGateway } from './status/gateway-status.ts';
import { judgeForeignSet, judgeListenerSet } from './status/listener-set-status.ts';
import { kindNotServed } from './status/notices.ts';
import type { Report } from './status/report.ts';

export interface TranslatorOptions {
  /** Only classes of this controller are ours. Absent: all are, and a Gateway without class object is served too. */
  readonly controllerName?: string;
  /** Gateways get proxies of their own in the cluster: more features can be promised. Default false. */
  readonly provisions?: boolean;
}

export type Pipeline = ReturnType<typeof translate>;

/** The one group of an index: the definitions of a version that Sluice does not know. */
const STRANGERS = '';

const DEFAULT_SCOPE = 'All';
const HTTP_ROUTES = '/httproutes.gateway.networking.k8s.io';

/** The steps from resources to IR and statuses. Each is a value per key that is computed anew when what it read changes. */
export function translate(graph: Graph, inputs: Inputs, { controllerName, provisions = false }: TranslatorOptions) {
  const params = parameters(graph, inputs, alike);
  const classes = new Derived(
    graph,
    inputs.classes,
    (each, key, read) => viewClass(each, controllerName, read(params.ofClasses, key)!),
    alike,
  );
  const labels = new Derived(graph, inputs.namespaces, each => each.metadata.labels, alike);
  const extensions = new Derived(graph, inputs.extensions, readExtension, alike);
  const certificates = new Derived(graph, inputs.secrets, viewSecret, alike);
  const authorities = new Derived(graph, inputs.configMaps, viewAuthorities, alike);
  const grants = new IndexBy(graph, inputs.grants, grantKeys);
  const strangers = new IndexBy(graph, inputs.definitions, each => (isKnownVersion(each) ? [] : [STRANGERS]));

  const certificateSources = (read: Read): CertificateSources => ({
    certificate: key => read(certificates, key),
    authorities: key => read(authorities, key),
    permitted: reference => neededKeys(reference).some(key => read(grants, key) !== undefined),
  });
  const ways = backendWays(graph, inputs, certificateSources, alike);
  const frontends = new Derived(
    graph,
    inputs.gateways,
    (gateway, _, read) =>
      gateway.spec.tls?.frontend && viewFrontend(gateway.spec.tls.frontend, refOf(gateway), certificateSources(read)),
    alike,
  );
  const gateways = new Derived(
    graph,
    inputs.gateways,
    (gateway, key, read) =>
      viewGateway(gateway, {
        gatewayClass: read(classes, `/${gateway.spec.gatewayClassName}`),
        parameters: read(params.ofGateways, key)!,
        owner: controllerName,
        provisions,
        frontend: read(frontends, key),
        sources: certificateSources(read),
      }),
    alike,
  );

  const views = gatewayViews(graph, inputs, gateways, params);
  const added = listenerSets(graph, inputs, { gateways, frontends, labels, certificateSources }, alike);

  const gatewaysByName = new IndexBy(graph, inputs.gateways, nameGroups);
  const setsByName = new IndexBy(graph, inputs.listenerSets, nameGroups);

  const defaultGateways = new IndexBy(graph, inputs.gateways, ({ spec }) =>
    spec.defaultScope === DEFAULT_SCOPE ? [DEFAULT_SCOPE] : [],
  );

  const attachments = new Derived(
    graph,
    inputs.routes,
    (route, _, read) =>
      attachRoute(route, {
        parent: (kind, key) => (kind === 'Gateway' ? read(gateways, key) : read(added.sets, key)),
        defaultGateways: () => read(defaultGateways, DEFAULT_SCOPE) ?? [],
        labelsOf: namespace => namespaceLabels(namespace, read(labels, `/${namespace}`)),
        isUnread: object => read(inputs.unread, refKey(object)) !== undefined,
        nearParent: (kind, key) =>
          nearKey(key, group => read(kind === 'Gateway' ? gatewaysByName : setsByName, group) ?? []),
      }),
    alike,
  );

  const servicesOf = new IndexBy(graph, inputs.services, each => [each.metadata.namespace]);
  // Who comes and goes matters here, and not who changes.
  const serviceNames = new Derived(graph, servicesOf, keys => keys.map(key => key.slice(key.indexOf('/') + 1)), alike);

  const resolved = new Derived(
    graph,
    inputs.routes,
    (route, key, read) =>
      translateRoute(route, {
        ...ways.waySources(read),
        passed: route.kind === 'TLSRoute' && arePassed(read(attachments, key) ?? []),
        permitted: reference => neededKeys(reference).some(key => read(grants, key) !== undefined),
        extension: key => read(extensions, key),
        absence: object => ({
          unread: read(inputs.unread, refKey(object)) !== undefined,
          others: (object.kind === 'Service' && read(serviceNames, object.namespace)) || [],
        }),
      }),
    alike,
  );

  const rivals = routeRivals(graph, attachments);
  const routes = new Derived(
    graph,
    inputs.routes,
    (route, key, read) => {
      const parents = rivals.parentsOf(key, read(attachments, key)!, read);
      const rules = read(resolved, key)!;
      return joinRoute(route, parents, rules, {
        olderAt: (listener, hostname) => rivals.olderAt(key, listener, hostname, read),
        rulesAt(gateway) {
          const view = read(gateways, gateway);
          const client = view?.kind === 'ours' ? view.client?.unit : undefined;
          if (client === undefined) return rules;
          return personalRules(rules, client, backend => takesClientCertificate(backend, ways.waySources(read)));
        },
      });
    },
    alike,
  );

  const attached = new IndexBy(graph, routes, route => route.countedBy);
  const users = new IndexBy(graph, routes, route => route.backends);
  const backends = new Derived(graph, users, (_, name, read) => backendUnit(name, ways.waySources(read)), alike);

  const listeners = new Derived(
    graph,
    gateways,
    gateway => (gateway.kind === 'ours' ? listenerUnits(gateway) : []),
    alike,
  );
  const { pairUnits, authorityUnits } = secretUnits(
    graph,
    { pairs: certificates, authorities },
    { listeners: [listeners, added.units], backends },
  );
  const judgedSets = new Derived(
    graph,
    added.sets,
    (set, _, read) =>
      set.kind === 'ours'
        ? judgeListenerSet(set, read(inputs.placements, set.gateway), {
            attachedRoutes: listener => read(attached, listener)?.length ?? 0,
            overlaps: listener =>
              added.overlapsGateway(set.gateway, listener, read) || added.overlapsSets(set.gateway, listener, read),
          })
        : judgeForeignSet(set),
    alike,
  );
  const attachedSets = new IndexBy(graph, judgedSets, ({ attachedTo }) =>
    attachedTo === undefined ? [] : [attachedTo],
  );
  const gatewayReports = new Derived(
    graph,
    gateways,
    (gateway, key, read) =>
      gateway.kind === 'ours'
        ? reportGateway(gateway, read(inputs.placements, key), {
            attachedRoutes: listener => read(attached, listener)?.length ?? 0,
            attachedSets: () => read(attachedSets, key)?.length ?? 0,
            overlapsSets: listener => added.overlapsSets(key, listener, read),
          })
        : reportForeign(gateway),
    alike,
  );
  const classReports = new Derived(
    graph,
    inputs.classes,
    (each, key, read) =>
      reportClass(each, read(classes, key)!, {
        strangers: (read(strangers, STRANGERS) ?? []).flatMap(name => read(inputs.definitions, name) ?? []),
        standard: isStandard(read(inputs.definitions, HTTP_ROUTES)),
        provisions: provisions && !sharesProxies(read(params.ofClasses, key)),
      }),
    alike,
  );
  const extensionReports = new Derived(graph, inputs.extensions, (each, key, read) =>
    reportExtension(refOf(each), read(extensions, key)),
  );
  const { policyReports, xBackendReports, trafficReports } = backendReports(
    graph,
    inputs,
    ways,
    { attachments, sources: certificateSources },
    alike,
  );
  const otherReports = new Derived(
    graph,
    inputs.others,
    (each): Report => ({ object: refOf(each), problems: [kindNotServed(refOf(each))] }),
    alike,
  );

  return {
    routes,
    resolved,
    attachments,
    rivals,
    gateways,
    views,
    certificates,
    pairUnits,
    authorityUnits,
    backends,
    users,
    listeners,
    added,
    judgedSets,
    gatewayReports,
    classReports,
    extensionReports,
    otherReports,
    policyReports,
    xBackendReports,
    trafficReports,
  };
}

/** Whether nothing of a route's ends here: its backends get what their clients say. */
function arePassed(parents: readonly Parent[]): boolean {
  const listeners = parents.flatMap(parent => (parent.kind === 'ours' ? parent.listeners : []));
  return listeners.length > 0 && listeners.every(({ passes }) => passes);
}

/** The groups that {@link nearKey} asks for. */
function nameGroups({ metadata: { namespace, name } }: AnyResource): readonly string[] {
  return [name, `${namespace}/`];
}

/** Values here are plain data with their fields in one order. */
function alike(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
