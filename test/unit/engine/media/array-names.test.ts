import { describe, expect, it } from 'vitest';
import { readArrayName } from '../../../../main/engine/media/kinds/picture/collections/arrays/names';

describe('the name of an array', () => {
  it.each([
    ['x_train', 'pictures', 'train', ''],
    ['y_test', 'labels', 'test', ''],
    ['trainX', 'pictures', 'train', ''],
    ['Xtrain', 'pictures', 'train', ''],
    ['tr_imgs', 'pictures', 'train', ''],
    ['te_lbls', 'labels', 'test', ''],
    ['val_labels', 'labels', 'test', ''],
    ['kmnist-train-imgs.npz/arr_0', 'pictures', 'train', 'kmnist'],
    ['emnist-letters-test-labels-idx1-ubyte.gz', 'labels', 'test', 'emnist letters'],
    ['t10k-images.idx3-ubyte', 'pictures', 'test', ''],
    ['labels/train.npy', 'labels', 'train', ''],
    ['image_labels', 'labels', null, ''],
    ['label_names', 'classes', null, ''],
    ['train_masks', 'masks', 'train', ''],
    ['batch_2_images', 'pictures', null, 'batch 2'],
    ['latents_values', null, null, 'latents values'],
  ])('“%s” tells role, split and family', (name, role, split, family) => {
    expect(readArrayName(name)).toMatchObject({ role, split, family, isUnlabelled: false });
  });

  it('tells that there are no labels', () => {
    expect(readArrayName('unlabeled_X.bin')).toMatchObject({ role: 'pictures', split: 'train', isUnlabelled: true });
  });
});
