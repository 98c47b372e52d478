import { useI18n } from 'vue-i18n';
import type { SheetRow } from './sheet-rows';

const names = {
  originals: 'compression.sheet.originals',
  codes: 'compression.sheet.codes',
  jpeg: 'compression.sheet.jpeg',
  webp: 'compression.sheet.webp',
} as const;

/** What a row of the sheet is called, and what stands below each of its pictures. */
export function useRowWords() {
  const { t, n } = useI18n();
  return {
    title({ key, format }: SheetRow): string {
      const name = t(names[key]);
      if (!format) return name;
      return format.fits
        ? t('compression.sheet.fits', { format: name, quality: format.quality })
        : t('compression.sheet.larger', { format: name, times: n(format.times, { maximumSignificantDigits: 2 }) });
    },
    numbers({ each }: SheetRow, index: number): string {
      if (!each) return '';
      return t('compression.sheet.numbers', {
        psnr: n(each.psnr[index] ?? NaN, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
        ssim: n(each.ssim[index] ?? NaN, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
      });
    },
  };
}
