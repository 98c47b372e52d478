/** What systems leave beside a person's own files: never meant as data, so not worth a word in a report. */
const LITTER = new Set([
  // macOS
  ...['__macosx', 'icon\r', 'network trash folder', 'temporary items', 'thevolumesettingsfolder'],
  // Windows
  ...['thumbs.db', 'thumbs.db:encryptable', 'ehthumbs.db', 'ehthumbs_vista.db', 'desktop.ini', 'folder.htt'],
  ...['$recycle.bin', 'recycler', 'recycled', 'system volume information', 'msdownld.tmp', '$windows.~bt'],
  // Linux
  ...['lost+found', '__pycache__'],
  // network storage: Synology, QNAP, NetApp
  ...['@eadir', '#recycle', '@recycle', '@recycle_bin', '#snapshot', '@snapshot', '~snapshot', '@tmp', '@sharebin'],
  ...['@sharesnap', '@recently-snapshot', '@transcode', '@uploads', 'network recycle bin'],
]);
/** `found.000` of chkdsk, `~$table.xlsx` of an open document. */
const litterForm = /^found\.\d{3}$|^~\$/;

/**
 * A name from an archive as a relative path with `/` between its parts, or the reason it is refused: such a name could
 * point outside the folder it is unpacked to. (Import never writes under a name from an archive; it refuses anyway, as
 * a name like this tells of a hostile file.) Unicode is composed (NFC), so that `café` is one name however it was
 * typed.
 */
export function safePath(name: string): { path: string } | { refused: string } {
  if (name.includes('\0')) return { refused: 'its name holds a NUL character' };
  const slashed = name.replaceAll('\\', '/');
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) return { refused: 'its name is an absolute path' };
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { refused: 'its name leads out of the archive (“..”)' };
  if (parts.length === 0) return { refused: 'it has no name' };
  return { path: parts.join('/').normalize('NFC') };
}

/** Whether any part of a path is hidden (`.git`) or litter (`__MACOSX`, `Thumbs.db`). */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => isLitter(part));
}

function isLitter(part: string): boolean {
  const lower = part.toLowerCase();
  return part.startsWith('.') || LITTER.has(lower) || litterForm.test(lower);
}

/** `a/b/c.png` → `a/b`; a file at the top is in `''`. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `a/b/c.PNG` → `c.PNG`. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `a/b/c.PNG` → `png`; no ending gives `''`. */
export function endingOf(path: string): string {
  const base = baseOf(path);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? '' : base.slice(dot + 1).toLowerCase();
}

/** What a dataset made from a folder or archive is called: `/data/flowers128.tar.gz` → `flowers128`. */
export function stemOf(base: string): string {
  return base.replace(/(\.tar)?\.(gz|tgz|tar|zip|npz|npy|bin)$/i, '').replace(/\.(tgz|tar|zip|npz)$/i, '') || base;
}

/** Order of names that depends on nothing but the names: by UTF-16 code units, whatever the language of the system. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
