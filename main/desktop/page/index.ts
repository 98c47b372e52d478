/** The `app:` protocol: the page's files with their types and security headers, and nothing else of the disk. */
export { isPageUrl, pageAddress } from './address';
export { enablePageProtocol, registerPageScheme } from './protocol';
