import { describe, expect, it } from 'vitest';
import { fileNames } from '../../../../main/engine/studio/decode-file';
import { latentFileName } from '../../../../main/engine/studio/file-handlers';

describe('the names of decoded pictures', () => {
  it('are those of the pictures that were encoded', () => {
    expect(fileNames(['roses/001.jpg', '花 2.png'], 'png')).toEqual(['001.png', '花 2.png']);
  });

  it('are told apart, whatever the case', () => {
    expect(fileNames(['a/x.png', 'b/x.png', 'X.jpg'], 'png')).toEqual(['x.png', 'x-2.png', 'X-3.png']);
  });

  it('never lead out of the folder', () => {
    expect(fileNames(['../../etc/passwd', '..', 'C:\\boot.ini', '', 'a\0b', '.hidden'], 'png')).toEqual([
      'passwd.png',
      'latent-2.png',
      'boot.png',
      'latent-4.png',
      'a_b.png',
      'hidden.png',
    ]);
  });
});

describe('the name of a saved latent', () => {
  it.each([
    ['disc/003.png', 'disc_003.npz'],
    ['my photo', 'my photo.npz'],
    ['', 'latent.npz'],
    ['a:b*c?.jpeg', 'a_b_c_.npz'],
  ])('of %j is %j', (name, expected) => {
    expect(latentFileName(name)).toBe(expected);
  });
});
