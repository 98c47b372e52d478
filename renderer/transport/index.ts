/** How the page reaches the workbench: a WebSocket in the browser, a relay through the window's bridge on the desktop. */
export { desktopPipe, isDesktop } from './desktop';
export { socketAddress, webSocketPipe } from './websocket';
