/** Examples that come with Tessera, put into a workspace the first time it is opened. */
export { installBundled, type BundledOptions } from './install';
