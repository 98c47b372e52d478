const segment = /^[\w@][\w@.+-]*$/;

/**
 * The file that the path of a URL names, relative to the page's folder, with forward slashes; null for anything but
 * plain names. `raw` is the path as it was asked for, before any normalisation. An allow-list, so that `..`, `%2e`,
 * NUL, backslashes, drive letters, streams, dot files and double encodings need no case of their own.
 */
export function assetPath(raw: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    return null;
  }
  if (decoded === '/') return 'index.html';
  if (!decoded.startsWith('/')) return null;
  const segments = decoded.slice(1).split('/');
  return segments.every((name) => segment.test(name)) ? segments.join('/') : null;
}

/** Whether a file's name holds a hash of its content, as the build names everything below `assets/`. */
export function isImmutable(file: string): boolean {
  return /^assets\/.+-[\w-]{8}\.\w+$/.test(file);
}
