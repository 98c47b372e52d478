/** A file name made of a title: letters of any script, digits and dashes. */
export function fileName(title: string, extension: string): string {
  const stem = title
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${stem || 'chart'}.${extension}`;
}
