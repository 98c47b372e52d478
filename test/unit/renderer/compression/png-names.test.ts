import { describe, expect, it } from 'vitest';
import { pngNames } from '@/features/compression/png-names';

describe('the file names of pictures', () => {
  it('are the last part of their names, as PNGs', () =>
    expect(pngNames(['cats/tom.jpeg', 'dogs\\rex.bmp', 'plain'])).toEqual(['tom.png', 'rex.png', 'plain.png']));

  it('are numbers where a picture has no name', () => expect(pngNames(['', '.png'])).toEqual(['1.png', '2.png']));

  it('are one each, also where names differ by folder, ending or case alone', () =>
    expect(pngNames(['a/x.png', 'b/x.png', 'X.jpg', 'x 2.png'])).toEqual(['x.png', 'x 2.png', 'X 3.png', 'x 2 2.png']));
});
