import type { Item } from '@shared/contract';

/** A piece of a text; `isHit` where it is what was sought. */
export interface Piece {
  text: string;
  isHit: boolean;
}

/** Letters that the excerpt keeps on either side of the first hit. */
const AROUND = 40;

/**
 * Cuts a text at what was sought, in either case and in either spelling of accents, as the catalogue finds it. Without
 * a hit it is one piece.
 */
export function piecesOf(text: string, sought: string): Piece[] {
  const whole = text.normalize('NFC');
  const wanted = fold(sought.trim());
  const folded = fold(whole);
  // letters that become longer in lower case would move the marks
  if (wanted === '' || folded.length !== whole.length) return [{ text: whole, isHit: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (let hit = folded.indexOf(wanted); hit !== -1; hit = folded.indexOf(wanted, from)) {
    if (hit > from) pieces.push({ text: whole.slice(from, hit), isHit: false });
    from = hit + wanted.length;
    pieces.push({ text: whole.slice(hit, from), isHit: true });
  }
  if (from < whole.length || pieces.length === 0) pieces.push({ text: whole.slice(from), isHit: false });
  return pieces;
}

/** The first text of an item that holds what was sought, around it; null where its name does, or nothing is sought. */
export function whyFound(item: Item, sought: string): string | null {
  const wanted = fold(sought.trim());
  if (wanted === '' || fold(item.name).includes(wanted)) return null;
  const fields = Object.entries(item.fields).map(([name, value]) => ({ before: `${name}: `, text: String(value) }));
  const texts = [...item.captions, ...item.tags].map((text) => ({ before: '', text }));
  for (const { before, text } of [...texts, ...fields]) {
    const hit = fold(text).indexOf(wanted);
    if (hit === -1) continue;
    const [start, end] = [hit - AROUND, hit + wanted.length + AROUND];
    const excerpt = text.slice(Math.max(0, start), end).replace(/\s+/g, ' ');
    return `${before}${start > 0 ? '…' : ''}${excerpt}${end < text.length ? '…' : ''}`;
  }
  return null;
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase().replaceAll('\n', ' ');
