import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const folders = ['shared', 'main', 'renderer'];
const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue|mjs)$/.test(name) && !name.includes('node_modules') && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name)),
);

/**
 * Where the size of an item is a picture's, and why. A medium's own files lie in `shared/specs/media`, in the engine's `media` and
 * in what the Studio does with pictures in two dimensions; whatever else multiplies sides has to ask `valuesOf`.
 */
const pictures = [
  'shared/specs/media/', // the picture itself
  'main/engine/media/kinds/picture/', // reading and writing picture files
  'main/engine/perceptual/', // networks that judge pictures
  'main/engine/studio/', // tiles, sheets, canvases and files of pictures
  'renderer/features/present/story.ts', // the story is told of a picture
  'renderer/features/samples/favourites.ts', // favourites are pictures of samples
  'renderer/features/samples/browser-favourites.ts', // those that a browser kept before
];
const sizes = /height \* (\w+\.)?width \* (\w+\.)?channels/;

describe('the size of an item', () => {
  const multiplied = sources.filter((file) => sizes.test(readFileSync(file, 'utf8')));

  it('is multiplied out nowhere but in what is about pictures', () => {
    expect(multiplied.filter((file) => !pictures.some((place) => file.startsWith(place)))).toEqual([]);
  });

  it('is still multiplied out in every place that is allowed to', () => {
    expect(pictures.filter((place) => place.includes('.') && !multiplied.includes(place))).toEqual([]);
  });

  it('is said by no type of before there were media', () => {
    expect(sources.filter((file) => /\bImageShape\b|\bPackShape\b/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

/** Rooms that know items of any medium, and the few files in them that may speak of pictures, each with its reason. */
const anyMedium = /^main\/engine\/(nn|quantizers|density|numerics|priors|metrics|training|media\/pack)\//;
const speakOfPictures = [
  'main/engine/nn/layers.ts', // ranks by their best known media
  'main/engine/priors/orders.ts', // the order in which pictures are read
  'main/engine/training/inference.ts', // a size in pictures, to be imagined
  'main/engine/training/item-features.ts', // what a picture’s features need
  'main/engine/training/thorough.ts',
  'main/engine/training/split-features.ts',
  'main/engine/training/out-of-memory.ts', // advice on the memory of pictures
];

describe('the rooms of the engine that know any medium', () => {
  const own = sources.filter((file) => anyMedium.test(file));
  const saying = (words: RegExp): string[] => own.filter((file) => words.test(readFileSync(file, 'utf8')));

  it('speak of items', () => {
    expect(own.length).toBeGreaterThan(100);
    expect(saying(/\bpictures?\b/i).sort()).toEqual([...speakOfPictures].sort());
  });

  it('leave measures of pictures, and how their values are stored, to the medium', () => {
    expect(saying(/\b(psnr|ssim|fromPixels|toPixels)\b|'uint8'|\.u8\b/i)).toEqual([]);
  });
});
