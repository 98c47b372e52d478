import type { LatentShape } from '../latent';
import { type QuantizerSpec, codesOf, depthOf, dimensionOf } from '../quantizers';
import { type Signal, sidesOf } from '../media';
import type { AutoencoderSpec } from './schema';

/**
 * What a picture of this size becomes by a model with codes, before there is one: grids rounded up where sides can't be
 * divided. Null for a model whose latent is no grid.
 */
export function codesOfPicture(model: AutoencoderSpec, signal: Signal): Extract<LatentShape, { kind: 'codes' }> | null {
  const grid = (factor: number) => ({ axes: sidesOf(signal).map((side) => Math.ceil(side / factor)) });
  const chosenBy = (quantizer: QuantizerSpec) => ({
    depth: depthOf(quantizer),
    codes: codesOf(quantizer),
    dimension: dimensionOf(quantizer),
  });
  switch (model.kind) {
    case 'vq-vae':
      return { kind: 'codes', levels: [{ ...grid(2 ** model.downsamplings), ...chosenBy(model.quantizer) }] };
    case 'vqgan':
      return { kind: 'codes', levels: [{ ...grid(2 ** (model.multiples.length - 1)), ...chosenBy(model.quantizer) }] };
    case 'vit-vqgan':
      return { kind: 'codes', levels: [{ ...grid(model.patch), ...chosenBy(model.quantizer) }] };
    case 'dvae': {
      const { codes, embedding: dimension } = model;
      return { kind: 'codes', levels: [{ ...grid(2 ** (model.groups - 1)), depth: 1, codes, dimension }] };
    }
    case 'vq-vae-2': {
      const top = grid(2 ** (model.downsamplings + model.levels - 1));
      const levels = Array.from({ length: model.levels }, (_, number) => ({
        axes: top.axes.map((side) => side * 2 ** number),
        ...chosenBy(number === 0 ? model.top : model.quantizer),
      }));
      return { kind: 'codes', levels };
    }
    case 'vae':
    case 'iwae':
    case 'ae':
    case 'pca':
    case 'discrete-vae':
      return null;
  }
}
