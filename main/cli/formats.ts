import type { CheckpointChoice, CodecPoint, Compression, ProgressReport } from '@shared/contract';
import { significant, table, wholeNumber } from './format';
import type { Session } from './session';

/**
 * Measures the same pictures by a run's codes and as PNG, JPEG and WebP.
 * @param sources absolute paths
 */
export async function besideFormats(
  { workbench, peer }: Session,
  { run, checkpoint }: { run: string; checkpoint: CheckpointChoice },
  sources: string[],
  options: { signal: AbortSignal; onProgress(report: ProgressReport): void },
): Promise<Compression> {
  const { grant } = await workbench.call('local.grant', { paths: sources });
  const pictures = { kind: 'files' as const, grant };
  return peer.request('compression.measure', { runs: [run], checkpoint, pictures, usePriors: false }, options);
}

/** Formats as part of the command's result: see the manual's page “Compression”. */
export function formatsResult({ runs, codecs: { png, formats } }: Compression): Record<string, unknown> {
  const matches = formats.map(({ format, matches: [match] }) => {
    if (!match) return [format, null];
    const { files, data } = match.sameSize;
    return [
      format,
      {
        sameSize: { ...files.point, fits: files.fits },
        sameSizeWithoutHeaders: { ...data.point, fits: data.fits },
        samePsnr: { ...match.samePsnr.point, reaches: match.samePsnr.reaches },
      },
    ];
  });
  return { psnr: runs[0]?.psnr, ssim: runs[0]?.ssim, png, ...Object.fromEntries(matches) };
}

export function formatsText({ runs: [own], codecs: { png, formats } }: Compression): string[] {
  const row = (what: string, { quality, fileBytes, dataBytes, psnr, ssim }: CodecPoint, note: string) => [
    `${what}, quality ${quality}${note}`,
    wholeNumber(fileBytes),
    wholeNumber(dataBytes),
    significant(psnr),
    significant(ssim),
  ];
  const rows = formats.flatMap(({ format, matches: [match] }) => {
    if (!match) return [];
    const { files, data } = match.sameSize;
    return [
      row(`${format}, files of the same size`, files.point, files.fits ? '' : ' (larger)'),
      row(`${format}, data of the same size`, data.point, data.fits ? '' : ' (larger)'),
      row(`${format}, the same PSNR`, match.samePsnr.point, match.samePsnr.reaches ? '' : ' (below)'),
    ];
  });
  const lossless = ['png', wholeNumber(png.fileBytes), wholeNumber(png.dataBytes), '–', '1'];
  const codes = own && [
    'by codes',
    wholeNumber(own.fileBytes),
    wholeNumber((own.bits[own.coder] ?? 0) / 8),
    significant(own.psnr),
    significant(own.ssim),
  ];
  return table(
    ['format', 'bytes of files', 'without headers', 'PSNR, dB', 'SSIM'],
    [...(codes ? [codes] : []), ...rows, lossless],
  );
}
