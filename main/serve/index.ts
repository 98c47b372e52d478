/**
 * The browser host: the page over HTTP and the workbench over WebSocket, on this machine's loopback address only.
 * guard (who may ask), access (the key and how it is shown), key (where it is kept), key-page (for who has none), assets (files of the page), sockets (messages), serve (puts them together).
 */
export { lastPort, rememberPort, workspaceKey } from './key';
export { serve, type ServeOptions, type Served } from './serve';
