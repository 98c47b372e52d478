/**
 * Files as both Node processes, workbench and engine, write them: `durable` puts bytes and names onto the disk, `atomic`
 * replaces a file or makes a folder whole or not at all, `lock` says which process works on something, `liveness` whether
 * that process still lives.
 */
export { replaceFile, writeFolder } from './atomic';
export { syncFolder, syncTree, writeDurably, writeInPieces } from './durable';
export { holdsLock, isAlive } from './liveness';
export { takeLock } from './lock';
