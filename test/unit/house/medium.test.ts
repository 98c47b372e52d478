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
