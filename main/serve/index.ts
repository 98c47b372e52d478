/**
 * The browser host: the page over HTTP and the workbench over WebSocket, on this machine's loopback address only.
 * guard (who may ask), access (the token), assets (files of the page), sockets (messages), serve (puts them together).
 */
export { serve, type ServeOptions, type Served } from './serve';
