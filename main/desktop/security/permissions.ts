import { session } from 'electron';
import { isPageUrl } from '../page';

/** Every permission a page has; Electron grants all of them unless denied here. */
const allowed = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** Whether `url` has `permission`: only the page itself, and only what it uses. */
export function isPermitted(permission: string, url: string): boolean {
  return allowed.has(permission) && isPageUrl(url);
}

export function enablePermissions(): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(isPermitted(permission, details.requestingUrl)),
  );
  own.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin));
  own.setDevicePermissionHandler(() => false);
}
