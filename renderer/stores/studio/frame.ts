/** Pictures larger than the model's own: how their codes lie around those of the picture that was encoded. Nothing is changed here. */
import type { ModelInfo } from '@shared/contract';
import { latentOn, latentSize, ownCanvas, placesOf, type CodesLatent } from '@shared/specs';
import type { Frame, Numbers } from './numbers';

/** By how many cells of the coarsest level a canvas grows to each side. */
export interface Growth {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** An open code: one that is still to be filled in. */
const OPEN = -1;

type Latent = ModelInfo['latent'];

/** The frame of a picture, which is its own canvas where there is none. */
function wholeOf(latent: CodesLatent, frame: Frame | null): Frame {
  return frame ?? { ...ownCanvas(latent), top: 0, left: 0 };
}

/** The frame after a canvas has grown. */
export function grownFrame(latent: CodesLatent, frame: Frame | null, { top, bottom, left, right }: Growth): Frame {
  const before = wholeOf(latent, frame);
  return {
    height: before.height + top + bottom,
    width: before.width + left + right,
    top: before.top + top,
    left: before.left + left,
  };
}

export const isSameFrame = (a: Frame | null, b: Frame | null): boolean =>
  a?.height === b?.height && a?.width === b?.width && a?.top === b?.top && a?.left === b?.left;

/** The latent on the table: of the model, or of a larger picture. */
export function framedLatent(latent: Latent, frame: Frame | null): Latent {
  return frame && latent.kind === 'codes' ? latentOn(latent, frame) : latent;
}

/** A latent as the encoder chose it, on a canvas: the model's own numbers, open outside. */
export function encodedOn(encoded: Numbers, latent: Latent, frame: Frame | null): Numbers {
  if (frame === null || latent.kind !== 'codes') return encoded;
  return laidOn(encoded, placesOf(latent, ownCanvas(latent), frame, frame), latentSize(latentOn(latent, frame)));
}

/** The codes of a picture on a larger canvas, what is new being open. */
export function openedOn(codes: Numbers, latent: CodesLatent, from: Frame | null, to: Frame): Int32Array {
  const before = wholeOf(latent, from);
  const corner = { top: to.top - before.top, left: to.left - before.left };
  return laidOn(codes, placesOf(latent, before, to, corner), latentSize(latentOn(latent, to)));
}

/** The same, each new cell with the codes of the nearest old one. */
export function repeatedOn(codes: Numbers, latent: CodesLatent, from: Frame | null, to: Frame): Int32Array {
  const before = wholeOf(latent, from);
  const [down, right] = [to.top - before.top, to.left - before.left];
  const within = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));
  const next = new Int32Array(latentSize(latentOn(latent, to)));
  const cell = { height: 1, width: 1 };
  for (let top = 0; top < to.height; top++) {
    for (let left = 0; left < to.width; left++) {
      const nearest = { top: within(top - down, before.height), left: within(left - right, before.width) };
      const old = placesOf(latent, cell, before, nearest);
      placesOf(latent, cell, to, { top, left }).forEach((place, at) => (next[place] = codes[old[at]!]!));
    }
  }
  return next;
}

function laidOn(numbers: Numbers, places: Int32Array, size: number): Int32Array {
  const next = new Int32Array(size).fill(OPEN);
  places.forEach((place, at) => (next[place] = numbers[at]!));
  return next;
}

/** Places of open codes. */
export const openPlaces = (codes: Int32Array): Int32Array =>
  Int32Array.from(codes.keys()).filter((place) => codes[place] === OPEN);
