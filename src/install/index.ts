/**
 * What installs Sluice in a cluster: the objects, as trees in which terms stand where users may want something else. One tree
 * is written out as plain YAML with the values that somebody chose (`sluice install --print`, `deploy/install.yaml`), and as a
 * template of the Helm chart. Never here: files, an API server, or the objects of a Gateway, which the controller makes.
 */
export { DEFAULTS, withValue, withValues } from './choices.ts';
export { type Ground, isEmpty, valueAt } from './grown.ts';
export { OPTIONS, type Option } from './options.ts';
export { INSTALL_NAMESPACE, type InstalledObject, objectsToInstall, PARTS, type Part } from './parts.ts';
export { EACH, type Json, markOf, type Term, type Tree } from './tree.ts';
