import manifest from '../../../package.json';

/** Tessera's own version, written into the files it makes. */
export const tesseraVersion: string = manifest.version;
