/** Names of the channels between preload and main. */
export const channels = {
  send: 'tessera:send',
  message: 'tessera:message',
  closed: 'tessera:closed',
  chooseSources: 'tessera:choose-sources',
  dropSources: 'tessera:drop-sources',
  sources: 'tessera:sources',
  setMenu: 'tessera:set-menu',
  menuCommand: 'tessera:menu-command',
} as const;
