export type ReportLanguage = 'en' | 'zh-CN';

interface Words {
  title: string;
  /** {dataset}, {split}, {items} */
  about: string;
  splits: { train: string; test: string };
  run: string;
  model: string;
  step: string;
  best: string;
  sheet: string;
  originals: string;
  /** What a measure is called; `{k}` is the number that its name ends with. One that isn't here goes by its own name. */
  measures: Record<string, string>;
  made: string;
}

/** All that a report says, in the languages of Tessera. */
export const reportWords: Readonly<Record<ReportLanguage, Words>> = {
  en: {
    title: 'Comparison of runs',
    about: 'Measured on the {split} split of {dataset}, {items} items, the same for every run.',
    splits: { train: 'training', test: 'held-out' },
    run: 'Run',
    model: 'Model',
    step: 'Step',
    best: 'Bold: the best of the runs.',
    sheet: 'Reconstructions',
    originals: 'Originals',
    measures: {
      'bits-per-item': 'Bits per picture',
      nmse: 'NMSE',
      mse: 'MSE',
      psnr: 'PSNR, dB',
      ssim: 'SSIM',
      'ms-ssim': 'MS-SSIM',
      perceptual: 'Perceptual distance (EfficientNet-Lite0)',
      'rfid-like': 'rFID-like (EfficientNet-Lite0)',
      'kid-like': 'KID-like (EfficientNet-Lite0)',
      precision: 'Precision',
      recall: 'Recall',
      density: 'Density',
      coverage: 'Coverage',
      perplexity: 'Perplexity',
      usage: 'Usage',
      'dead-codes': 'Dead codes',
      elbo: 'ELBO, nats',
      'bits-per-dimension': 'Bits per dimension (ELBO)',
      iwae: 'IWAE bound, {k} samples, nats',
      'nll-iwae': '−log p(x), {k} samples, nats',
      'bits-per-dimension-iwae': 'Bits per dimension, {k} samples',
      'latent-density': 'Log density of latents, {k} Gaussians, nats',
      kl: 'KL, nats',
      'active-units': 'Active units',
    },
    made: 'Made with Tessera on {date}.',
  },
  'zh-CN': {
    title: '运行对比',
    about: '在 {dataset} 的{split}上测得，共 {items} 项，各次运行所用的项目相同。',
    splits: { train: '训练集', test: '留出集' },
    run: '运行',
    model: '模型',
    step: '步数',
    best: '粗体：各次运行中的最佳值。',
    sheet: '重建',
    originals: '原图',
    measures: {
      'bits-per-item': '每图比特数',
      nmse: 'NMSE',
      mse: 'MSE',
      psnr: 'PSNR（dB）',
      ssim: 'SSIM',
      'ms-ssim': 'MS-SSIM',
      perceptual: '感知距离（EfficientNet-Lite0）',
      'rfid-like': '类 rFID（EfficientNet-Lite0）',
      'kid-like': '类 KID（EfficientNet-Lite0）',
      precision: '精确率',
      recall: '召回率',
      density: '密度',
      coverage: '覆盖率',
      perplexity: '困惑度',
      usage: '使用率',
      'dead-codes': '死码数',
      elbo: 'ELBO（奈特）',
      'bits-per-dimension': '每维比特（ELBO）',
      iwae: 'IWAE 界（{k} 个样本，奈特）',
      'nll-iwae': '−log p(x)（{k} 个样本，奈特）',
      'bits-per-dimension-iwae': '每维比特（{k} 个样本）',
      'latent-density': '潜向量的对数密度（{k} 个高斯分布，奈特）',
      kl: 'KL（奈特）',
      'active-units': '活跃单元',
    },
    made: '由 Tessera 于 {date} 生成。',
  },
};

/** What a measure is called in a report: `nll-iwae-5000` says its number. */
export function measureName({ measures }: Words, measure: string): string {
  const [, name = measure, k = ''] = /^(.+)-(\d+)$/.exec(measure) ?? [];
  return measures[measure] ?? measures[name]?.replace('{k}', k) ?? measure;
}
