/** Pages, tabs and scripts that are connected: each with a peer and an outbox for events. */
export { connectPeer, type ConnectionOptions } from './connection';
