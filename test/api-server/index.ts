export { type ApiServer, type ApiServerOptions, type Ref, startApiServer } from './api-server.ts';
export type { Fault, FaultMatch } from './faults.ts';
export type { LoggedRequest } from './handler.ts';
export { everyKind, type InstalledKind } from './installed-kind.ts';
export { CERTIFICATES, certificate, clientCertificate, type Identity } from './security.ts';
