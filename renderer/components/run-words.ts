import type { RunSummary } from '@shared/contract';
import { useModelName } from './model-name';

/** What tells a run from others on one line: its kind of model and how good it is on what was held out. */
export function useRunWords() {
  const { t, n } = useI18n();
  const modelName = useModelName();
  const figure = (value: number, digits: number): string =>
    n(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });

  /** PSNR of an autoencoder, nats of a prior. */
  function scoreWords({ evaluation }: RunSummary): string {
    const { psnr, nats, 'nats-per-dimension': each } = evaluation?.measures ?? {};
    if (psnr !== undefined && Number.isFinite(psnr)) return t('app.run.psnr', { psnr: figure(psnr, 1) });
    if (nats !== undefined) return t('app.run.nats', { nats: figure(nats, 2) });
    return each === undefined ? t('app.run.notEvaluated') : t('app.run.natsPerDimension', { nats: figure(each, 2) });
  }
  const kindWords = ({ spec }: RunSummary): string => modelName(spec.model.kind);
  return { kindWords, scoreWords };
}
