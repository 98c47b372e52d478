import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePictureFile } from '../../../../main/engine/media/kinds/picture/picture-file';
import { sniff } from '../../../../main/engine/media/kinds/picture/formats';
import { picture, tiff, zip } from './fixtures';

const bytes = (start: string, offset = 0, length = 600): Uint8Array => {
  const buffer = Buffer.alloc(Math.max(length, offset + start.length));
  buffer.write(start, offset, 'latin1');
  return buffer;
};
const zeros = new Uint8Array(600);
const box = (brands: string): Uint8Array => bytes(`\0\0\0${String.fromCharCode(8 + brands.length)}ftyp${brands}`);

describe('a file that is not read', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['train.parquet', bytes('PAR1'), /a Parquet file.*a folder for each class/],
    ['noending', bytes('PAR1'), /a Parquet file/],
    ['x.arrow', bytes('ARROW1\0\0'), /Arrow/],
    ['data.h5', bytes('\x89HDF\r\n\x1a\n'), /an HDF5 file.*h5py.*numpy\.savez/],
    ['train_32x32.mat', bytes('MATLAB 5.0 MAT-file'), /a MATLAB file.*scipy/],
    ['old.mat', zeros, /a MATLAB file/],
    ['train.csv', Buffer.from('label,pixel0\n1,255\n'), /CSV/],
    ['table.txt', Buffer.from('0.1 0.2 0.3\n4e-1 5 6\n'), /numbers in text.*numpy\.savez/],
    ['x.tfrecord', bytes('\x14'), /a TFRecord file/],
    ['train.tfrecord-00000-of-00010', bytes('\x14'), /a TFRecord file/],
    ['data.mdb', bytes('\xde\xc0\xef\xbe', 16), /an LMDB database/],
    ['a.dcm', bytes('DICM', 128), /a DICOM file/],
    ['IM0001', bytes('DICM', 128), /a DICOM file/],
    ['brain.nii', bytes('n+1\0', 344), /a NIfTI volume/],
    ['brain.nii.gz', bytes('\x1f\x8b'), /NIfTI/],
    ['mnist.pkl.gz', bytes('\x1f\x8b'), /a Python pickle, which is never opened/],
    ['a.exr', bytes('v/1\x01'), /OpenEXR/],
    ['a.jp2', bytes('\0\0\0\x0cjP  \r\n\x87\n'), /JPEG 2000/],
    ['a.jxl', bytes('\xff\x0a'), /JPEG XL/],
    ['a.jxl', bytes('\0\0\0\x0cJXL \r\n\x87\n'), /JPEG XL/],
    ['a.tga', bytes('\0\0\x02'), /Targa/],
    ['a.ico', bytes('\0\0\x01\0\x01\0'), /icon/],
    ['a.psd', bytes('8BPS'), /Photoshop/],
    ['a.svg', Buffer.from('<?xml version="1.0"?><svg xmlns="x">'), /SVG/],
    ['a.heic', box('heic\0\0\0\0mif1heic'), /HEIC.*PNG or JPEG/],
    ['a.mp4', box('isom\0\0\x02\0isomiso2avc1mp41'), /a video.*frames/],
    ['a.mov', box('qt  \0\0\0\0'), /a video/],
    ['a.webm', bytes('\x1aE\xdf\xa3', 0, 4), /a video/],
    ['a.avi', bytes('RIFF....AVI '), /a video/],
    ['a.wav', bytes('RIFF....WAVE'), /a sound file/],
    ['a.mp3', bytes('ID3'), /a sound file/],
    ['a.m4a', box('M4A \0\0\0\0'), /a sound file/],
    ['a.tar.zst', bytes('\x28\xb5\x2f\xfd'), /Zstandard.*unpack it/],
    ['a.7z', bytes('7z\xbc\xaf'), /7z.*unpack it/],
    ['a.rar', bytes('Rar!'), /RAR.*unpack it/],
    ['a.tar.xz', bytes('\xfd7zXZ'), /xz.*unpack it/],
    ['a.tar.bz2', bytes('BZh9'), /bzip2.*unpack it/],
    ...[0, 1, 2, 3, 4, 5].map((protocol): [string, Uint8Array, RegExp] => [
      `batch_${protocol}`,
      bytes(`\x80${String.fromCharCode(protocol)}`),
      /a Python pickle, which is never opened/,
    ]),
    ['x.pkl', Buffer.from('(dp0\n'), /a Python pickle/],
    ['x.pt', bytes('PK\x03\x04'), /a PyTorch file/],
    ['model', zip({ 'archive/data.pkl': Buffer.of(0x80, 2) }), /a PyTorch file/],
    ['inner.zip', bytes('PK\x03\x04'), /an archive inside/],
    ['photo.NEF', bytes('MM\0*'), /a raw file of a camera.*develop/],
    ['photo.cr2', bytes('II*\0'), /a raw file/],
    ['photo', bytes('II*\0\x10\0\0\0CR\x02\0'), /a raw file/],
    ['photo.dng', bytes('II*\0'), /a raw file/],
    ['photo.arw', bytes('II*\0'), /a raw file/],
    ['photo.CR3', box('crx \0\0\0\x01'), /a raw file/],
    ['a.docx', bytes('PK\x03\x04'), /an office document/],
    [
      'captions.jsonl',
      Buffer.from('{"file": "a.png", "caption": "a hat"}\n'),
      /^not an image but a list of captions, which is not read; its paths must start at its own folder$/,
    ],
    ['captions.csv', Buffer.from('file,caption\na.png,a hat\n'), /^not an image but a list of captions, /],
    ['notes.txt', Buffer.from('Cats, dogs; and more.\n'), /^not an image but text$/],
    ['unknown.xyz', bytes('\x01\x02'), /^not an image$/],
  ])('%s is named, with what to do', (name, content, expected) => {
    const sniffed = sniff(content, name);
    expect('other' in sniffed && sniffed.other).toMatch(expected);
  });

  it('is named by its bytes before its ending', () => {
    expect(sniff(bytes('PAR1'), 'x.csv')).toMatchObject({ other: expect.stringContaining('Parquet') });
  });

  it('is no TIFF though it begins as one, also where one file is opened', async () => {
    const nef = tiff([{ width: 16, height: 16, bits: 8, kind: 1, data: new Uint8Array(256) }]);
    const opened = decodePictureFile('photo.NEF', nef, { height: 16, width: 16, channels: 1 });
    await expect(opened).rejects.toMatchObject({ message: expect.stringContaining('raw file of a camera') });
  });

  it('has a name or none, whatever it is called', async () => {
    const some = await picture(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.string(), (content, name) => {
        const sniffed = sniff(content, name);
        if ('other' in sniffed) expect(sniffed.other.length).toBeGreaterThan(5);
      }),
    );
    expect(sniff(some, 'constructor.__proto__')).toEqual({ format: 'png' });
  });
});
