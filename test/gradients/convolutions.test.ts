import { describe, it } from 'vitest';
import {
  biasAdd,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  depthwiseConv1d,
  depthwiseConv2d,
} from '../../main/engine/tensorflow/ops';
import { expectGradients } from './check';

const image = { shape: [2, 7, 5, 3] };
const kernel = (size: number) => ({ shape: [size, size, 3, 2] });

describe('conv2d', () => {
  for (const padding of ['same', 'valid'] as const) {
    for (const [size, stride, dilation] of [
      [3, 1, 1],
      [4, 2, 1],
      [3, 2, 1],
      [1, 1, 1],
      [3, 1, 2],
      [2, 2, 3],
    ] as const) {
      it(`has the right gradients: ${size}×${size}, stride ${stride}, ${padding}, dilation ${dilation}`, () => {
        expectGradients({ x: image, k: kernel(size) }, ({ x, k }) => conv2d(x!, k!, { stride, padding, dilation }));
      });
    }
  }
});

describe('conv2dTranspose', () => {
  for (const padding of ['same', 'valid'] as const) {
    for (const [size, stride] of [
      [3, 1],
      [4, 2],
      [3, 2],
    ] as const) {
      it(`has the right gradients: ${size}×${size}, stride ${stride}, ${padding}`, () => {
        expectGradients({ x: { shape: [2, 3, 4, 2] }, k: { shape: [size, size, 3, 2] } }, ({ x, k }) =>
          conv2dTranspose(x!, k!, { stride, padding }),
        );
      });
    }
  }

  it('has the right gradients for an odd output size', () => {
    expectGradients({ x: { shape: [2, 4, 3, 2] }, k: { shape: [4, 4, 3, 2] } }, ({ x, k }) =>
      conv2dTranspose(x!, k!, { stride: 2, outputSize: [7, 5] }),
    );
  });
});

describe('depthwiseConv2d', () => {
  for (const padding of ['same', 'valid'] as const) {
    for (const [stride, dilation] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [2, 2],
    ] as const) {
      it(`has the right gradients: stride ${stride}, ${padding}, dilation ${dilation}`, () => {
        expectGradients({ x: { shape: [2, 6, 5, 2] }, k: { shape: [3, 3, 2, 2] } }, ({ x, k }) =>
          depthwiseConv2d(x!, k!, { stride, padding, dilation }),
        );
      });
    }
  }
});

describe('convolution of clips', () => {
  const clip = { shape: [1, 3, 4, 3, 2] };

  for (const padding of ['same', 'valid'] as const) {
    for (const [size, stride] of [
      [3, 1],
      [2, 2],
    ] as const) {
      it(`has the right gradients: ${size}×${size}×${size}, stride ${stride}, ${padding}`, () => {
        expectGradients({ x: clip, k: { shape: [size, size, size, 2, 2] } }, ({ x, k }) =>
          conv3d(x!, k!, { stride, padding }),
        );
      });

      it(`has the right gradients transposed: ${size}×${size}×${size}, stride ${stride}, ${padding}`, () => {
        expectGradients({ x: { shape: [1, 2, 2, 3, 2] }, k: { shape: [size, size, size, 3, 2] } }, ({ x, k }) =>
          conv3dTranspose(x!, k!, { stride, padding }),
        );
      });
    }
  }
});

describe('convolution of sequences', () => {
  const sequence = { shape: [2, 9, 2] };
  const taps = { shape: [3, 2, 3] };

  for (const padding of ['same', 'valid', 'causal'] as const) {
    for (const [stride, dilation] of [
      [2, 1],
      [1, 3],
    ] as const) {
      it(`has the right gradients: stride ${stride}, ${padding}, dilation ${dilation}`, () => {
        expectGradients({ x: sequence, k: taps }, ({ x, k }) => conv1d(x!, k!, { stride, padding, dilation }));
      });
    }
  }

  it('has the right gradients of each channel by itself', () => {
    for (const options of [{ stride: 2 }, { dilation: 3 }, { padding: 'valid' }] as const) {
      expectGradients({ x: sequence, k: { shape: [3, 2, 2] } }, ({ x, k }) => depthwiseConv1d(x!, k!, options));
    }
  });

  it('has the right gradients transposed, strided and dilated', () => {
    const inputs = { x: { shape: [2, 4, 3] }, k: { shape: [4, 2, 3] } };
    for (const padding of ['same', 'valid'] as const) {
      expectGradients(inputs, ({ x, k }) => conv1dTranspose(x!, k!, { stride: 3, padding }));
    }
    expectGradients(inputs, ({ x, k }) => conv1dTranspose(x!, k!, { dilation: 2, padding: 'valid' }));
    expectGradients(inputs, ({ x, k }) => conv1dTranspose(x!, k!, { stride: 2, outputLength: 7 }));
  });
});

describe('biasAdd', () => {
  it('has the right gradients for images and rows', () => {
    expectGradients({ x: image, b: { shape: [3] } }, ({ x, b }) => biasAdd(x!, b!));
    expectGradients({ x: { shape: [4, 5] }, b: { shape: [5] } }, ({ x, b }) => biasAdd(x!, b!));
  });
});
