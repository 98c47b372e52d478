/** Hands a file to the person: the browser's download, or the window's save. */
export function saveBytes(fileName: string, bytes: Uint8Array | string, mime: string): void {
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: mime }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // the download has begun by the next task; revoking at once would cancel it in some browsers
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
