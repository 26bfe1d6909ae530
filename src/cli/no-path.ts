/** What a command says that got nothing to read. */
export const NO_PATH = 'needs at least one PATH: a file or folder of manifests, or - for standard input';
