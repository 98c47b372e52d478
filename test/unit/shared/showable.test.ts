import { describe, expect, it } from 'vitest';
import { doubtsAbout, type Presented } from '@shared/diagnosis';
import { fromPreset, presets } from '@shared/specs';

const specOf = (name: string) =>
  fromPreset(
    presets.find((preset) => preset.name === name)!,
    'shoes',
  );
const evaluated = (nmse: number, perplexity: number | null = 40, measures: Record<string, number> = {}) => ({
  measures: { nmse, ...(perplexity !== null && { perplexity }), ...measures },
});
const kinds = (of: Partial<Presented>): string[] =>
  doubtsAbout({ spec: specOf('tiny'), step: 1000, evaluation: evaluated(0.1), ...of }).map(({ kind }) => kind);

describe('whether a model is fit to be shown', () => {
  it('says nothing against one that has learnt', () => expect(kinds({})).toEqual([]));

  it('says of a run of no step that it is untrained, and nothing else', () =>
    expect(kinds({ step: 0, evaluation: null })).toEqual(['untrained']));

  it('doubts a run of three steps, unless its error shows that they were enough', () => {
    expect(kinds({ step: 3, evaluation: null })).toEqual(['few-steps']);
    expect(kinds({ step: 3, evaluation: evaluated(0.9) })).toEqual(['few-steps']);
    expect(kinds({ step: 3, evaluation: evaluated(0.2) })).toEqual([]);
  });

  it('knows that principal components are found in one step', () =>
    expect(kinds({ spec: specOf('pca'), step: 1, evaluation: evaluated(0.6, null) })).toEqual([]));

  it('doubts an error no smaller than that of grey, or one that is not a number', () => {
    expect(kinds({ evaluation: evaluated(1) })).toEqual(['worse-than-grey']);
    expect(kinds({ evaluation: evaluated(NaN) })).toEqual(['worse-than-grey']);
  });

  it('compares with the mean picture where that was measured', () => {
    expect(kinds({ sample: { psnr: 11, meanPicturePsnr: 12 } })).toEqual(['worse-than-mean']);
    expect(kinds({ evaluation: evaluated(1.2), sample: { psnr: 14, meanPicturePsnr: 12 } })).toEqual([]);
  });

  it('doubts codes that almost all pictures share, by the bound of the doctor', () => {
    expect(kinds({ evaluation: evaluated(0.4, 3.9) })).toEqual(['collapsed']);
    expect(kinds({ evaluation: evaluated(0.4, 4.1) })).toEqual([]);
    expect(kinds({ spec: specOf('cifar10'), evaluation: evaluated(0.4, 10) })).toEqual(['collapsed']);
  });

  it('doubts a vector none of whose components says anything', () =>
    expect(kinds({ spec: specOf('vae'), evaluation: evaluated(0.8, null, { 'active-units': 0 }) })).toEqual([
      'silent',
    ]));

  it('goes by the last training step where nothing is held out', () =>
    expect(kinds({ evaluation: null, latest: { nmse: 0.3, perplexity: 1.5 } })).toEqual(['collapsed']));
});
