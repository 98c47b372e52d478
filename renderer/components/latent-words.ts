import { useI18n } from 'vue-i18n';
import { latentSize, type CodeLayer, type LatentShape } from '@shared/specs';

/** How a latent's shape is told: `8 × 8 codes of 512`, `16 × 16 + 32 × 32 codes of 512`, `64 numbers`. */
export function useLatentWords(): (latent: LatentShape) => string {
  const { t, n } = useI18n();
  return (latent) => {
    if (latent.kind === 'vector') return t('app.latent.vector', { count: n(latent.length) }, latent.length);
    const { levels } = latent;
    const size = levels.map(({ axes, depth }) => [...axes, ...(depth > 1 ? [depth] : [])].join(' × ')).join(' + ');
    const codes = [...new Set(levels.map((level) => n(level.codes)))].join(', ');
    return t('app.latent.codes', { size, codes, count: n(latentSize(latent)) });
  };
}

/** What a layer of codes is called: `Level 1 of 2 (coarsest)`, `Stage 2 of 4`, or both; nothing of a single one. */
export function useLayerWords(): (layer: CodeLayer, latent: LatentShape) => string {
  const { t } = useI18n();
  return ({ level, stage }, latent) => {
    if (latent.kind === 'vector') return '';
    const { levels } = latent;
    const place = level === 0 ? 'coarsest' : level === levels.length - 1 ? 'finest' : 'between';
    const depth = levels[level]?.depth ?? 1;
    return [
      ...(levels.length > 1 ? [t(`app.layer.level.${place}`, { level: level + 1, levels: levels.length })] : []),
      ...(depth > 1 ? [t('app.layer.stage', { stage: stage + 1, stages: depth })] : []),
    ].join(' · ');
  };
}
