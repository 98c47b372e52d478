export type ReportLanguage = 'en' | 'zh-CN';

export interface ReportWords {
  title: string;
  /** {dataset}, {split}, {items} */
  about: string;
  /** The same for a report about one run. */
  aboutOne: string;
  splits: { train: string; test: string };
  run: string;
  model: string;
  step: string;
  best: string;
  sheet: string;
  originals: string;
  /** Names of measures; `{k}` is the number at the end of a name. A measure not listed here goes by its own name. */
  measures: Record<string, string>;
  made: string;
  /** Words for a report about one run. */
  ofOne: string;
  chart: { title: string; dashes: string; loss: string; notFinite: string; symlog: string };
  settings: { differ: string; same: string; all: string; setting: string; json: string };
  origin: Record<
    | 'title'
    | 'seed'
    | 'time'
    | 'machine'
    | 'device'
    | 'versions'
    | 'dataset'
    | 'weights'
    | 'notRecorded'
    | 'commandLine'
    | 'cite',
    string
  >;
}

/** Every word of a report, in each language. */
export const reportWords: Readonly<Record<ReportLanguage, ReportWords>> = {
  en: {
    title: 'Comparison of runs',
    about: 'Measured on the {split} split of {dataset}, {items} items, the same for every run.',
    aboutOne: 'Measured on the {split} split of {dataset}, {items} items.',
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
    ofOne: 'Report of a run',
    chart: {
      title: 'Curves',
      dashes: 'Solid: training. Dashed, with dots: held out. Dotted red: a value that is not a finite number.',
      loss: 'Total loss',
      notFinite: 'not finite numbers (NaN or ∞): {count}',
      symlog: 'logarithmic on both sides of 0',
    },
    settings: {
      differ: 'Settings that differ',
      same: 'Their settings are the same.',
      all: 'All settings',
      setting: 'Setting',
      json: 'Settings as JSON, for “tessera train --config”',
    },
    origin: {
      title: 'Origin',
      seed: 'Seed',
      time: 'Training time',
      machine: 'Machine',
      device: 'Device, threads',
      versions: 'Versions',
      dataset: 'Dataset',
      weights: 'Weights',
      notRecorded: 'not recorded',
      commandLine: 'The same on the command line:',
      cite: 'To cite this run:',
    },
  },
  'zh-CN': {
    title: '运行对比',
    about: '在 {dataset} 的{split}上测得，共 {items} 项，各次运行所用的项目相同。',
    aboutOne: '在 {dataset} 的{split}上测得，共 {items} 项。',
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
      'latent-density': '潜变量的对数密度（{k} 个高斯分布，奈特）',
      kl: 'KL（奈特）',
      'active-units': '活跃单元',
    },
    made: '由 Tessera 于 {date} 生成。',
    ofOne: '运行报告',
    chart: {
      title: '曲线',
      dashes: '实线：训练。带点虚线：留出集。红色点线：不是有限数的值。',
      loss: '总损失',
      notFinite: '不是有限数（NaN 或 ∞）的值：{count} 个',
      symlog: '0 两侧均为对数',
    },
    settings: {
      differ: '不同的设置',
      same: '设置相同。',
      all: '全部设置',
      setting: '设置',
      json: 'JSON 格式的设置，可用于“tessera train --config”',
    },
    origin: {
      title: '来源',
      seed: '随机种子',
      time: '训练用时',
      machine: '机器',
      device: '设备、线程数',
      versions: '版本',
      dataset: '数据集',
      weights: '权重',
      notRecorded: '未记录',
      commandLine: '等价的命令行：',
      cite: '引用此运行：',
    },
  },
};

/** What a measure is called in a report: `nll-iwae-5000` says its number. */
export function measureName({ measures }: ReportWords, measure: string): string {
  const [, name = measure, k = ''] = /^(.+)-(\d+)$/.exec(measure) ?? [];
  return measures[measure] ?? measures[name]?.replace('{k}', k) ?? measure;
}
