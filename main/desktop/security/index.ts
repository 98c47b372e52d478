/** What keeps the window to itself: navigation, new windows, links out, permissions, and the one way in for messages. */
export { openExternal } from './external';
export { createIpc, type Ipc } from './ipc';
export { enableNavigationGuards } from './navigation';
export { enablePermissions } from './permissions';
