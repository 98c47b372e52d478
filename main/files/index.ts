/**
 * Files as both Node processes, workbench and engine, write them: `durable` puts bytes and names onto the disk, `atomic`
 * replaces a file or makes a folder whole or not at all, `lock` says which process works on something, `identity` which
 * process that is and whether it still lives, `leftovers` what those that don't left unfinished, `on-disk` what a person is
 * told when it fails. `zip` reads archives and trusts no byte of them that a checksum doesn't vouch for.
 */
export { replaceFile, replaceFileBy, writeFolder } from './atomic';
export { syncFolder, syncTree, writeDurably, writeInPieces } from './durable';
export { bytesIn, makeFolder } from './folders';
export { isKeyAlive, ownKey } from './identity';
export { sweepLeftovers, sweepWorkplaces, temporaryFile, temporaryFolder, workplaceName } from './leftovers';
export { onDisk, onDiskLater } from './on-disk';
export { holderText, isOwn, lockHolder, releaseOwnLock, takeLock, tryLock, type Holder } from './lock';
export {
  checkContent,
  checkLocalHeader,
  localHeaderBytes,
  readZip,
  ZIP_DEFLATED,
  ZIP_LOCAL_BYTES,
  ZIP_STORED,
} from './zip';
export type { ZipRecord } from './zip';
