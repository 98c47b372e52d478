import type { CodecPoint, Compression } from '@shared/contract';
import { csvText, type CsvValue } from '@shared/formats';

const HEAD = ['what', 'run', 'stage', 'quality', 'bytes', 'bits_per_pixel', 'psnr_db', 'ssim', 'perceptual'];

/**
 * Writes a measurement as CSV, one line per size in bytes: every stage for each run's codes; for each format its
 * curve and the points that match each run, once for whole files and once for data without headers. Lossless results
 * have no PSNR.
 */
export function compressionCsv({ runs, codecs, pixels }: Pick<Compression, 'runs' | 'codecs' | 'pixels'>): string {
  const line = (
    what: string,
    run: string,
    stage: string,
    bytes: number,
    like: CsvValue[] = [],
    quality: CsvValue = null,
  ) => [what, run, stage, quality, bytes, (bytes * 8) / pixels, ...like];
  const pointLines = (what: string, run: string, stage: string, point: CodecPoint) => {
    const like = [point.psnr, point.ssim, point.perceptual];
    return [
      line(what, run, `${stage}files`, point.fileBytes, like, point.quality),
      line(what, run, `${stage}data`, point.dataBytes, like, point.quality),
    ];
  };
  const rows = [
    ...runs.flatMap(({ name, bits, fileBytes, psnr, ssim, perceptual }) => {
      const like = [psnr, ssim, perceptual];
      const { raw, huffmanTable, staticTable, prior, ...coded } = bits;
      return [
        line('codes', name, 'raw', raw / 8),
        ...Object.entries(coded).map(([stage, size]) => line('codes', name, stage, size / 8, like)),
        ...(prior === null ? [] : [line('codes', name, 'prior', prior / 8, like)]),
        line('codes', name, 'huffman table', huffmanTable / 8),
        line('codes', name, 'static table', staticTable / 8),
        line('codes', name, 'file', fileBytes, like),
      ];
    }),
    line('png', '', 'files', codecs.png.fileBytes),
    line('png', '', 'data', codecs.png.dataBytes),
    ...codecs.formats.flatMap(({ format, curve, matches }) => [
      ...curve.flatMap((point) => pointLines(format, '', '', point)),
      ...matches.flatMap(({ sameSize, samePsnr }, place) => {
        const run = runs[place]?.name ?? '';
        return [
          ...pointLines(format, run, 'same size of files: ', sameSize.files.point),
          ...pointLines(format, run, 'same size of data: ', sameSize.data.point),
          ...pointLines(format, run, 'same PSNR: ', samePsnr.point),
        ];
      }),
    ]),
  ];
  return csvText([HEAD, ...rows.map((row) => [...row, ...Array<null>(HEAD.length - row.length).fill(null)])]);
}
