/**
 * Files that people have beside pictures, or instead of them, and that aren't read: each is named, and where something
 * can be done about it, so is that. One entry per kind, recognised by its first bytes, else by the ending of its name.
 */
interface Unread {
  what: string;
  advice: string | null;
  /** First bytes (as Latin-1) and where they stand. */
  magic?: readonly (readonly [start: string, offset: number])[];
  /** Endings, of names that say nothing by their bytes. */
  endings?: string;
}

const toPng = 'convert it to PNG';
const toPngOrJpeg = 'convert it to PNG or JPEG';
const unpack = 'unpack it and import the folder';
const toFiles = 'save its pictures as files, in a folder for each class';
const toNpz = 'save its arrays with numpy.savez and import the .npz';
const toFrames = 'save its frames as PNG files (with ffmpeg, say)';
const develop = 'develop it to PNG, JPEG or TIFF';
const toMagnitudes = 'export its slices as PNG files';

const kinds: readonly Unread[] = [
  // archives
  { what: 'a 7z archive', advice: unpack, magic: [['7z\xbc\xaf', 0]], endings: '7z' },
  { what: 'a RAR archive', advice: unpack, magic: [['Rar!', 0]], endings: 'rar' },
  { what: 'a bzip2 archive', advice: unpack, magic: [['BZh', 0]], endings: 'bz2 tbz tbz2' },
  { what: 'an xz archive', advice: unpack, magic: [['\xfd7zXZ', 0]], endings: 'xz txz lzma' },
  { what: 'a Zstandard archive', advice: unpack, magic: [['\x28\xb5\x2f\xfd', 0]], endings: 'zst tzst zstd' },
  { what: 'an lz4 archive', advice: unpack, magic: [['\x04\x22\x4d\x18', 0]], endings: 'lz4' },
  { what: 'an lzip archive', advice: unpack, magic: [['LZIP\x01', 0]], endings: 'lz' },
  { what: 'a cabinet archive', advice: unpack, magic: [['MSCF\0\0\0\0', 0]], endings: 'cab' },
  {
    what: 'an archive packed with compress',
    advice: unpack,
    magic: [
      ['\x1f\x9d', 0],
      ['\x1f\xa0', 0],
    ],
  },
  {
    what: 'a disk image',
    advice: 'open it and import the folder',
    magic: [['CD001', 0x8001]],
    endings: 'iso dmg img vhd vhdx',
  },
  // pictures of other kinds
  {
    what: 'a JPEG XL picture',
    advice: toPngOrJpeg,
    magic: [
      ['\xff\x0a', 0],
      ['JXL \r\n\x87\n', 4],
    ],
    endings: 'jxl',
  },
  {
    what: 'a JPEG 2000 picture',
    advice: toPngOrJpeg,
    magic: [
      ['jP  \r\n\x87\n', 4],
      ['\xff\x4f\xff\x51', 0],
    ],
    endings: 'jp2 j2k jpf jpx jpm j2c jpc',
  },
  { what: 'a JPEG XR picture', advice: toPngOrJpeg, magic: [['II\xbc\x01', 0]], endings: 'jxr hdp wdp' },
  { what: 'a HEIC picture', advice: toPngOrJpeg, endings: 'heic heif hif' },
  {
    what: 'an OpenEXR picture',
    advice: 'convert it to TIFF of 32-bit floats, or to PNG',
    magic: [['v/1\x01', 0]],
    endings: 'exr',
  },
  {
    what: 'a Radiance HDR picture',
    advice: 'convert it to TIFF of 32-bit floats, or to PNG',
    magic: [
      ['#?RADIANCE', 0],
      ['#?RGBE', 0],
    ],
    endings: 'hdr rgbe',
  },
  {
    what: 'a PFM picture of floats',
    advice: 'convert it to TIFF of 32-bit floats, or to PNG',
    magic: [
      ['PF\n', 0],
      ['Pf\n', 0],
    ],
    endings: 'pfm',
  },
  { what: 'a Photoshop file', advice: toPng, magic: [['8BPS', 0]], endings: 'psd psb' },
  { what: 'a GIMP file', advice: toPng, magic: [['gimp xcf', 0]], endings: 'xcf' },
  {
    what: 'an icon file',
    advice: toPng,
    magic: [
      ['\0\0\x01\0', 0],
      ['icns', 0],
    ],
    endings: 'ico cur icns',
  },
  { what: 'a Targa picture', advice: toPng, endings: 'tga icb vda vst' },
  { what: 'a PCX picture', advice: toPng, endings: 'pcx' },
  { what: 'a DDS texture', advice: toPng, magic: [['DDS ', 0]], endings: 'dds' },
  { what: 'a KTX texture', advice: toPng, magic: [['\xabKTX', 0]], endings: 'ktx ktx2' },
  { what: 'a QOI picture', advice: toPng, magic: [['qoif', 0]], endings: 'qoi' },
  {
    what: 'a Silicon Graphics picture',
    advice: toPng,
    magic: [
      ['\x01\xda\0\x01', 0],
      ['\x01\xda\x01\x01', 0],
    ],
    endings: 'sgi rgb rgba bw',
  },
  { what: 'a Sun raster picture', advice: toPng, magic: [['\x59\xa6\x6a\x95', 0]], endings: 'ras' },
  { what: 'an X bitmap', advice: toPng, magic: [['/* XPM */', 0]], endings: 'xbm xpm' },
  {
    what: 'a DPX or Cineon picture',
    advice: toPng,
    magic: [
      ['SDPX', 0],
      ['XPDS', 0],
    ],
    endings: 'dpx cin',
  },
  { what: 'an SVG drawing', advice: toPng, endings: 'svg svgz' },
  { what: 'a PDF document', advice: 'save its pages as PNG files', magic: [['%PDF', 0]], endings: 'pdf' },
  {
    what: 'a PostScript or Illustrator drawing',
    advice: toPng,
    magic: [
      ['%!PS', 0],
      ['\xc5\xd0\xd3\xc6', 0],
    ],
    endings: 'eps ps ai',
  },
  { what: 'a Windows metafile', advice: toPng, magic: [['\xd7\xcd\xc6\x9a', 0]], endings: 'wmf emf' },
  { what: 'a DjVu document', advice: 'save its pages as PNG files', magic: [['AT&TFORM', 0]], endings: 'djvu djv' },
  {
    what: 'a raw file of a camera',
    advice: develop,
    magic: [
      ['CR\x02', 8],
      ['FUJIFILMCCD-RAW', 0],
      ['IIRO', 0],
      ['IIRS', 0],
      ['MMOR', 0],
      ['IIU\0', 0],
      ['FOVb', 0],
    ],
    endings: 'nef nrw cr2 cr3 crw dng arw sr2 srf orf rw2 raf pef srw x3f 3fr kdc dcr mrw erf mos iiq gpr',
  },
  // medicine and science
  { what: 'a DICOM file', advice: toMagnitudes, magic: [['DICM', 128]], endings: 'dcm dicom' },
  {
    what: 'a NIfTI volume',
    advice: toMagnitudes,
    magic: [
      ['n+1\0', 344],
      ['ni1\0', 344],
    ],
    endings: 'nii',
  },
  { what: 'an NRRD volume', advice: toMagnitudes, magic: [['NRRD000', 0]], endings: 'nrrd nhdr' },
  { what: 'a MetaImage volume', advice: toMagnitudes, endings: 'mha mhd' },
  { what: 'a FITS file', advice: toNpz, magic: [['SIMPLE  =', 0]], endings: 'fits fit fts' },
  {
    what: 'an HDF5 file',
    advice: 'read it with h5py, save its arrays with numpy.savez and import the .npz',
    magic: [['\x89HDF\r\n\x1a\n', 0]],
    endings: 'h5 hdf5 hdf he5',
  },
  {
    what: 'a netCDF file',
    advice: toNpz,
    magic: [
      ['CDF\x01', 0],
      ['CDF\x02', 0],
    ],
    endings: 'nc',
  },
  {
    what: 'a MATLAB file',
    advice: 'read it with scipy.io.loadmat, save its arrays with numpy.savez and import the .npz',
    magic: [['MATLAB ', 0]],
    endings: 'mat',
  },
  // data sets
  { what: 'a Parquet file', advice: toFiles, magic: [['PAR1', 0]], endings: 'parquet' },
  {
    what: 'an Arrow or Feather file',
    advice: toFiles,
    magic: [
      ['ARROW1', 0],
      ['FEA1', 0],
      ['\xff\xff\xff\xff\x10\0\0\0', 0],
    ],
    endings: 'arrow feather',
  },
  {
    what: 'an ORC or Avro file',
    advice: toFiles,
    magic: [
      ['ORC', 0],
      ['Obj\x01', 0],
    ],
    endings: 'orc avro',
  },
  { what: 'a TFRecord file', advice: toFiles, endings: 'tfrecord tfrecords tfrec' },
  { what: 'an LMDB database', advice: toFiles, magic: [['\xde\xc0\xef\xbe', 16]], endings: 'mdb lmdb' },
  { what: 'an SQLite database', advice: toFiles, magic: [['SQLite format 3\0', 0]], endings: 'sqlite sqlite3 db' },
  { what: 'an MXNet RecordIO file', advice: toFiles, magic: [['\x0a\x23\xd7\xce', 0]], endings: 'rec' },
  { what: 'an FFCV file', advice: toFiles, endings: 'beton' },
  {
    what: 'a Python pickle, which is never opened',
    advice: 'get the binary version of its dataset, or save its arrays with numpy.savez and import the .npz',
    magic: [
      ['\x80\x00', 0],
      ['\x80\x01', 0],
      ['\x80\x02', 0],
      ['\x80\x03', 0],
      ['\x80\x04', 0],
      ['\x80\x05', 0],
      ['\x80\x06', 0],
    ],
    endings: 'pkl pickle pck pcl joblib',
  },
  { what: 'a PyTorch file', advice: toNpz, endings: 'pt pth ckpt' },
  {
    what: 'weights of a model',
    advice: 'it holds no pictures',
    endings: 'safetensors onnx keras tflite pb gguf caffemodel',
  },
  { what: 'a single NumPy array; put images and labels in one .npz', advice: null, magic: [['\x93NUMPY', 0]] },
  // videos and sounds
  {
    what: 'a video',
    advice: toFrames,
    magic: [
      ['\x1aE\xdf\xa3', 0],
      ['\0\0\x01\xba', 0],
      ['\0\0\x01\xb3', 0],
      ['FLV\x01', 0],
      ['\x30\x26\xb2\x75', 0],
    ],
    endings: 'mp4 m4v mov qt webm mkv avi mpg mpeg mts m2ts ts ogv flv wmv asf 3gp mxf y4m',
  },
  {
    what: 'a sound file',
    advice: null,
    magic: [
      ['ID3', 0],
      ['OggS', 0],
      ['fLaC', 0],
      ['MThd', 0],
      ['\xff\xfb', 0],
      ['\xff\xf3', 0],
      ['\xff\xf2', 0],
    ],
    endings: 'mp3 wav flac ogg oga opus m4a aac aif aiff wma mid midi',
  },
  // documents
  {
    what: 'an office document',
    advice: 'save its pictures as files',
    magic: [['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 0]],
    endings: 'docx xlsx pptx odt ods odp doc xls ppt pages key numbers epub',
  },
  {
    what: 'a program',
    advice: null,
    magic: [
      ['\x7fELF', 0],
      ['MZ', 0],
      ['\xcf\xfa\xed\xfe', 0],
      ['\xca\xfe\xba\xbe', 0],
    ],
    endings: 'exe dll so dylib',
  },
];

const text = {
  table: { what: 'a table in text (CSV)', advice: 'classes come from folders; pixels are read from a .npz' },
  captions: { what: 'a list of captions', advice: 'its paths must start at its own folder' },
  numbers: { what: 'numbers in text', advice: 'save them with numpy.savez and import the .npz' },
  plain: { what: 'text', advice: null },
} as const;

const archiveInside = 'an archive inside; unpack it or import it by itself';
const zipped = 'a packed file';

const sentence = ({ what, advice }: Pick<Unread, 'what' | 'advice'>): string =>
  advice === null ? `not an image but ${what}` : `not an image but ${what}, which is not read; ${advice}`;

const byEnding = new Map(
  kinds.flatMap((kind) => (kind.endings ?? '').split(' ').map((ending) => [ending, kind] as const)),
);
byEnding.delete('');
/** Camera files are TIFF inside: of these the ending is asked first. */
const raw = kinds.find(({ advice }) => advice === develop)!;
const rawEndings = new Set(raw.endings!.split(' '));
const video = kinds.find(({ advice }) => advice === toFrames)!;
const heic = byEnding.get('heic')!;
const sound = byEnding.get('mp3')!;
const torch = byEnding.get('pt')!;

/** Names a file that looks like a picture and is none: a camera's raw file; null for anything else. */
export function nameRaw(bytes: Uint8Array, path: string): string | null {
  const isRaw = rawEndings.has(endingIn(path)) || raw.magic!.some((magic) => stands(bytes, magic));
  return isRaw ? sentence(raw) : null;
}

/**
 * Names a file that is no picture by its first bytes, else by the ending of its name, else as text: a sentence for the
 * report of skipped files. Null where nothing is known.
 */
export function nameUnread(bytes: Uint8Array, path: string): string | null {
  const ending = endingIn(path);
  const start = latin1(bytes.subarray(0, 512));
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) {
    const known = byEnding.get(ending);
    if (start.slice(30, 200).includes('data.pkl')) return sentence(torch);
    return known === undefined ? `not an image but ${archiveInside}` : sentence(known);
  }
  if (start.startsWith('\x1f\x8b')) {
    const inner = byEnding.get(endingIn(path.replace(/\.gz$/i, '')));
    if (inner !== undefined) return sentence({ what: `${zipped}: ${inner.what}`, advice: inner.advice });
    return `not an image but ${archiveInside}`;
  }
  if (start.startsWith('ustar', 257)) return `not an image but ${archiveInside}`;
  if (start.startsWith('ftyp', 4)) return sentence(ofBox(start));
  if (start.startsWith('RIFF')) return sentence(start.startsWith('AVI ', 8) ? video : sound);
  if (/<svg[\s>]/i.test(start)) return sentence(byEnding.get('svg')!);
  const known = kinds.find(({ magic }) => magic?.some((one) => stands(bytes, one))) ?? byEnding.get(ending);
  if (known !== undefined) return sentence(known);
  if (/tfrecord/i.test(path)) return sentence(byEnding.get('tfrecord')!);
  return nameText(start, ending);
}

/** What an ISO file says it is by its brands: `ftyp` box, size first. */
function ofBox(start: string): Unread {
  const brands = start.slice(8, Math.min(256, 8 + start.charCodeAt(3)));
  if (brands.startsWith('crx')) return raw;
  if (/^(hei|hev|mif1|msf1)/.test(brands)) return heic;
  return brands.startsWith('M4A') || brands.startsWith('M4B') ? sound : video;
}

function nameText(start: string, ending: string): string | null {
  if (start === '' || /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(start)) return null;
  const lines = start.split(/\r?\n/);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const cells = whole.flatMap((line) => line.split(/[\s,;]+/).filter((cell) => cell !== ''));
  const isNumbers = cells.length > 0 && cells.every((cell) => /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(cell));
  if (isNumbers) return sentence(text.numbers);
  const headings = ['csv', 'tsv'].includes(ending) ? lines[0]! : '';
  const keys = ['jsonl', 'ndjson', 'json'].includes(ending) ? start : '';
  if (/(^|[,;\t])\s*"?captions?"?\s*([,;\t]|$)/i.test(headings) || /"captions?"\s*:/i.test(keys))
    return sentence(text.captions);
  if (['csv', 'tsv'].includes(ending)) return sentence(text.table);
  return sentence(text.plain);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const stands = (bytes: Uint8Array, [start, offset]: readonly [string, number]): boolean =>
  latin1(bytes.subarray(offset, offset + start.length)) === start;

function endingIn(path: string): string {
  return /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
}
