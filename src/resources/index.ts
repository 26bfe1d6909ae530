/**
 * What manifests may say: one schema table per kind (fields, defaults, limits, patterns, cross-field rules, versions,
 * channel), the TypeScript types that follow from the tables, and parsing at the edge. Inside the edge a resource is
 * complete and of the newest version. Never here: files, sockets, what a resource means.
 */
export type { Location, Problem, Severity } from './problem.ts';
export { type Metadata, nameKey, type ObjectRef, type Resource, refKey, refOf } from './resource.ts';
