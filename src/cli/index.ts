/**
 * The command line: `run`, `check`, `help`, `version`. It reads flags, calls the gateway and prints what comes of it.
 * Never here: anything that a program which imports the library would miss.
 */
export { main } from './main.ts';
