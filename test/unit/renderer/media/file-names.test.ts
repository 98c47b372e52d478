import { describe, expect, it } from 'vitest';
import { fileNames } from '@/media';

describe('the file names of items', () => {
  it('are the last part of their names, with the ending of their medium', () =>
    expect(fileNames(['cats/tom.jpeg', 'dogs\\rex.bmp', 'plain'], 'png')).toEqual(['tom.png', 'rex.png', 'plain.png']));

  it('are numbers where an item has no name', () => expect(fileNames(['', '.png'], 'png')).toEqual(['1.png', '2.png']));

  it('are one each, also where names differ by folder, ending or case alone', () =>
    expect(fileNames(['a/x.png', 'b/x.png', 'X.jpg', 'x 2.png'], 'png')).toEqual([
      'x.png',
      'x 2.png',
      'X 3.png',
      'x 2 2.png',
    ]));
});
