/**
 * What every host that serves the page must agree on: which URLs name a file, content types, and the security headers.
 */
export { assetPath, isImmutable } from './asset-path';
export { contentType } from './content-types';
export { contentSecurityPolicy, pageHeaders } from './headers';
