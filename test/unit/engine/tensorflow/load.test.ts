import { describe, expect, it } from 'vitest';
import { pins } from '../../../../main/engine/tensorflow/native/pins';
import { backend, tf } from '../../../../main/engine/tensorflow/native/load';

describe('the native engine', () => {
  it('runs the pinned TensorFlow', () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(backend.binding.TF_Version).toBe(pins.tensorflow);
  });

  it('multiplies matrices', () => {
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])));
    expect([...product.dataSync()]).toEqual([19, 22, 43, 50]);
    product.dispose();
  });
});
