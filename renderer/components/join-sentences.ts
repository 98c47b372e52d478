/** Sentences one after the other, in any language: none follows a Chinese full stop by a space. Empty ones are left out. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences
    .filter(Boolean)
    .join(' ')
    .replace(/(?<=[。！？]) /g, '');
}
