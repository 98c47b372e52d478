/** What this Tessera is, and its manual. */
export { appHandlers } from './handlers';
