/**
 * How all Node processes write files: `durable` flushes bytes and names to the disk, `atomic` replaces a file or
 * makes a folder whole or not at all, `lock` says which process works on something, `identity` identifies a process
 * and says whether it lives, `leftovers` names and removes unfinished files, `on-disk` turns system errors into
 * messages for people. `zip` reads archives and trusts no byte that a checksum doesn't confirm.
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
