import type { Watched } from '@shared/contract';
import type { CodeLayer } from '@shared/specs';

/**
 * A drawing as it is watched: frame f shows it after f of its turns, frame 0 with every code open, frame `turnCount` whole. A place is
 * where a code stands among an item's.
 */

/** The codes of a frame, −1 where one is open. */
export function codesAt({ codes, turns }: Watched, frame: number): Int32Array<ArrayBuffer> {
  return Int32Array.from(codes, (code, place) => (turns[place]! < frame ? code : -1));
}

/** Places settled in a turn, in the order in which they lie. */
export function settledIn({ turns }: Watched, turn: number): number[] {
  return Array.from(turns.keys()).filter((place) => turns[place] === turn);
}

export interface Candidate {
  code: number;
  /** 0 to 1, as drawing saw it. */
  probability: number;
}

/** What is known at a frame of one place. */
export interface PlaceAt {
  /** Settled, the next to be drawn, or open: of an open one something is known only where codes are drawn in rounds. */
  state: 'settled' | 'next' | 'open';
  /** The likeliest first; empty where nothing is known yet. */
  candidates: Candidate[];
  /** What was drawn there, once it was. */
  drawn: Candidate | null;
}

/** What drawing knew of a place: as its turn came, or of one that is open in a drawing by rounds, before the next round. */
export function placeAt(watched: Watched, place: number, frame: number): PlaceAt {
  const { turns, codes, drawn, inRounds } = watched;
  const turn = turns[place] ?? 0;
  if (turn < frame)
    return {
      state: 'settled',
      candidates: candidatesOf(watched, place, turn),
      drawn: { code: codes[place] ?? 0, probability: drawn[place] ?? 0 },
    };
  if (!inRounds && turn > frame) return { state: 'open', candidates: [], drawn: null };
  const state = !inRounds && turn === frame ? 'next' : 'open';
  return { state, candidates: candidatesOf(watched, place, frame), drawn: null };
}

function candidatesOf({ candidates, probabilities, codes, each, inRounds }: Watched, place: number, turn: number) {
  const from = ((inRounds ? turn * codes.length : 0) + place) * each;
  return Array.from({ length: each }, (_, rank) => ({
    code: candidates[from + rank] ?? -1,
    probability: probabilities[from + rank] ?? 0,
  })).filter(({ code }) => code >= 0);
}

/** The place to look at where nobody points: the first that the last turn settled, or the first that the next one will. */
export function placeInFocus(watched: Watched, frame: number): number {
  return settledIn(watched, Math.max(0, frame - 1))[0] ?? 0;
}

/** Which of the layers a place belongs to, and its cell there. */
export function cellOf(layers: readonly CodeLayer[], place: number): { layer: number; cell: number } {
  const layer = layers.findIndex(({ first, stride, cells }) => {
    const cell = (place - first) / stride;
    return Number.isInteger(cell) && cell >= 0 && cell < cells;
  });
  const { first, stride } = layers[layer]!;
  return { layer, cell: (place - first) / stride };
}

/** The place of a layer's cell. */
export const placeOf = ({ first, stride }: CodeLayer, cell: number): number => first + cell * stride;

/** How sure each turn was: the mean probability of the codes that it drew, 0 to 1. */
export function sureness({ turns, turnCount, drawn }: Watched): Float32Array {
  const sums = new Float32Array(turnCount);
  const counts = new Uint32Array(turnCount);
  turns.forEach((turn, place) => {
    sums[turn] = sums[turn]! + drawn[place]!;
    counts[turn] = counts[turn]! + 1;
  });
  return sums.map((sum, turn) => sum / (counts[turn] || 1));
}
