import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFolderCount, inferLayout, sortClasses, type Layout } from '../../../../main/engine/media/import/layout';

/** The layout of pictures at these paths. */
function layoutOf(paths: readonly string[]): Layout {
  const count = createFolderCount();
  for (const path of paths) count.add(...partsOf(path));
  return inferLayout(count.folders);
}
const partsOf = (path: string): [folder: string, base: string] => {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
};
/** Split and class of each path, as “train cat”. */
function read(paths: readonly string[]): Record<string, string> {
  const layout = layoutOf(paths);
  return Object.fromEntries(
    paths.map((path) => [path, `${layout.splitOf(partsOf(path)[0])} ${layout.classOf(...partsOf(path))}`]),
  );
}
/** Two pictures in each of these folders. */
const inEach = (...folders: string[]): string[] => folders.flatMap((folder) => [`${folder}/0.png`, `${folder}/1.png`]);

describe('classes', () => {
  it('are sub-folders', () => {
    expect(read(['cats/1.png', 'dogs/small/1.png'])).toEqual({
      'cats/1.png': 'null cats',
      'dogs/small/1.png': 'null dogs',
    });
  });

  it('lie below folders that wrap everything, also beside a stray picture', () => {
    expect(layoutOf(['data/flowers/daisy/1.png', 'data/flowers/tulip/1.png']).classes).toEqual(['daisy', 'tulip']);
    expect(layoutOf(['preview.png', 'data/daisy/1.png', 'data/tulip/1.png']).classes).toEqual(['daisy', 'tulip']);
    expect(layoutOf(['images/1.png']).classes).toEqual([]);
    expect(layoutOf(['preview.png', 'train/1.png']).classes).toEqual([]);
  });

  it('are none of the pictures beside them', () => {
    expect(read(['1.png', 'cats/1.png', 'dogs/1.png'])).toEqual({
      '1.png': 'null null',
      'cats/1.png': 'null cats',
      'dogs/1.png': 'null dogs',
    });
  });

  it('are sorted, numbers by value', () => {
    expect(sortClasses(['10', '9', '1'])).toEqual(['1', '9', '10']);
    expect(sortClasses(['b', '10', 'a'])).toEqual(['10', 'a', 'b']);
  });

  it('may be called photos, or train where nothing is for testing', () => {
    expect(layoutOf(inEach('photos', 'paintings')).classes).toEqual(['paintings', 'photos']);
    expect(layoutOf(inEach('car', 'train', 'plane')).classes).toEqual(['car', 'plane', 'train']);
    expect(layoutOf(inEach('test', 'rest')).classes).toEqual(['rest', 'test']);
    expect(layoutOf(inEach('train_station', 'test_tube', 'cat')).classes).toEqual([
      'cat',
      'test_tube',
      'train_station',
    ]);
  });
});

describe('splits', () => {
  const splitNames = [
    ['train', 'test'],
    ['Training', 'Testing'],
    ['train', 'dev'],
    ['train', 'eval'],
    ['train', 'val'],
    ['train', 'valid'],
    ['train', 'Validation'],
    ['train2017', 'val2017'],
    ['seg_train', 'seg_test'],
    ['train_images', 'test_images'],
    ['train-images', 'val-images'],
    ['split=train', 'split=test'],
    ['training_set', 'test_set'],
    ['trainset', 'testset'],
    ['TrainData', 'TestData'],
    ['DIV2K_train_HR', 'DIV2K_valid_HR'],
    ['ILSVRC2012_img_train', 'ILSVRC2012_img_val'],
    ['bounding_box_train', 'bounding_box_test'],
    ['train', 'held_out'],
    ['train', 'hold-out'],
    ['trainval', 'test'],
    ['训练集', '测试集'],
  ];
  it.each(splitNames)('are folders %s and %s, with the classes below', (train, test) => {
    const layout = layoutOf(inEach(`x/${train}/cat`, `x/${train}/dog`, `x/${test}/cat`, `x/${test}/dog`));
    expect(layout.classes).toEqual(['cat', 'dog']);
    expect(layout.splitOf(`x/${train}/dog`)).toBe('train');
    expect(layout.splitOf(`x/${test}/dog`)).toBe('test');
    expect(layout.notes).toEqual([`Splits are as the folders say: ${train} to train on; ${test} held out.`]);
  });

  it.each(splitNames)('are folders %s and %s that hold pictures without a class', (train, test) => {
    expect(read([`${train}/a.png`, `${test}/b.png`])).toEqual({
      [`${train}/a.png`]: 'train null',
      [`${test}/b.png`]: 'test null',
    });
  });

  it('may be three, of which two are held out', () => {
    const layout = layoutOf(inEach('train/cat', 'train/dog', 'val/cat', 'test/dog'));
    expect([layout.splitOf('val/cat'), layout.splitOf('test/dog')]).toEqual(['test', 'test']);
    expect(layout.classes).toEqual(['cat', 'dog']);
  });

  it('come after the class where the class comes first', () => {
    const layout = layoutOf(inEach('cat/train', 'cat/test', 'dog/train', 'dog/test', 'bird/train'));
    expect(layout.classes).toEqual(['bird', 'cat', 'dog']);
    expect([layout.splitOf('cat/train'), layout.splitOf('cat/test'), layout.splitOf('bird/train')]).toEqual([
      'train',
      'test',
      'train',
    ]);
    expect(layout.notes).toEqual(['Splits are as the folders say: train to train on; test held out.']);
  });

  it('may be wrapped: images/, one folder more, or themselves', () => {
    expect(layoutOf(inEach('images/train/cat', 'images/train/dog', 'images/val/cat')).classes).toEqual(['cat', 'dog']);
    expect(layoutOf(inEach('train/images', 'valid/images'))).toMatchObject({ classes: [] });
    expect(
      layoutOf(inEach('seg_train/seg_train/sea', 'seg_train/seg_train/street', 'seg_test/seg_test/sea')).classes,
    ).toEqual(['sea', 'street']);
    expect(layoutOf(inEach('train/raw/cat', 'train/raw/dog', 'test/raw/cat', 'test/raw/dog')).classes).toEqual([
      'cat',
      'dog',
    ]);
    const aside = layoutOf([
      ...inEach('set/train/cat', 'set/train/dog', 'set/test/cat', 'set/test/dog'),
      'docs/preview.png',
    ]);
    expect(aside.classes).toEqual(['cat', 'dog']);
    expect(aside.splitOf('set/test/dog')).toBe('test');
  });

  it('are none where nothing is said of training: a share is held out, and the note says why', () => {
    const layout = layoutOf(inEach('test/cat', 'test/dog', 'val/cat'));
    expect(layout.classes).toEqual(['cat', 'dog']);
    expect(layout.splitOf('test/cat')).toBeNull();
    expect(layout.notes).toEqual([
      'No folder says what to train on (there is test, val): a share of all pictures is held out.',
    ]);
    expect(layoutOf(inEach('test/cat', 'test/dog'))).toMatchObject({ classes: ['cat', 'dog'] });
    expect(layoutOf(inEach('train/cat', 'train/dog')).splitOf('train/cat')).toBeNull();
  });
});

describe('pictures without a class', () => {
  it('lie in unlabeled/, extra/ or a stray folder beside train/, and are trained on', () => {
    for (const beside of ['unlabeled', 'unlabelled', 'unlabeled2017', 'extra', 'previews']) {
      const paths = [...inEach('train/cat', 'train/dog'), `${beside}/1.png`];
      const layout = layoutOf(paths);
      expect(layout.classes, beside).toEqual(['cat', 'dog']);
      expect(layout.classOf(beside, '1.png')).toBeNull();
      expect(layout.notes).toEqual([`Without a class: the pictures in ${beside}.`]);
    }
    expect(layoutOf([...inEach('train/cat', 'train/dog'), 'cover.png']).classes).toEqual(['cat', 'dog']);
    const all = layoutOf([
      ...inEach('train/cat', 'train/dog', 'test/cat', 'test/dog'),
      'unlabeled/1.png',
      'cover.png',
      'more/cat/1.png',
    ]);
    expect(all.classes).toEqual(['cat', 'dog']);
    expect(all.splitOf('unlabeled')).toBe('train');
    expect(all.classOf('more/cat', '1.png')).toBe('cat');
    expect(all.classOf('', 'cover.png')).toBeNull();
  });

  it('lie in seg_pred/ and are held out, as they were made for', () => {
    const layout = layoutOf(inEach('seg_train/sea', 'seg_train/street', 'seg_test/sea', 'seg_test/street', 'seg_pred'));
    expect(layout.classes).toEqual(['sea', 'street']);
    expect([layout.splitOf('seg_pred'), layout.classOf('seg_pred', '0.png')]).toEqual(['test', null]);
  });

  it('lie in test/ beside class folders', () => {
    const layout = layoutOf(inEach('cat', 'dog', 'test'));
    expect(layout.classes).toEqual(['cat', 'dog']);
    expect([layout.splitOf('cat'), layout.splitOf('test')]).toEqual(['train', 'test']);
  });

  it('lie in images/ of Tiny ImageNet, whose classes do too', () => {
    const layout = layoutOf([...inEach('train/n01/images', 'train/n02/images', 'val/images', 'test/images')]);
    expect(layout.classes).toEqual(['n01', 'n02']);
    expect(layout.classOf('train/n01/images', '0.png')).toBe('n01');
    expect(layout.classOf('val/images', '0.png')).toBeNull();
    expect(layout.splitOf('val/images')).toBe('test');
  });
});

it('classes are the words of file names in Dogs vs. Cats, where every training picture has one', () => {
  const paths = ['train/cat.0.jpg', 'train/cat.1.jpg', 'train/dog.0.jpg', 'train/dog.1.jpg', 'test1/1.jpg'];
  expect(read(paths)).toEqual({
    'train/cat.0.jpg': 'train cat',
    'train/cat.1.jpg': 'train cat',
    'train/dog.0.jpg': 'train dog',
    'train/dog.1.jpg': 'train dog',
    'test1/1.jpg': 'test null',
  });
  expect(layoutOf(paths).notes).toContain('Classes are the words that file names begin with: cat, dog.');
  expect(layoutOf([...paths, 'train/x.jpg']).classes).toEqual([]);
  expect(layoutOf(['img.0.jpg', 'img.1.jpg']).classes).toEqual([]);
});

it('classes are the rest of names like train_cat and test_cat', () => {
  const layout = layoutOf(inEach('train_Cat', 'train_dog', 'test_Cat', 'test_dog'));
  expect(layout.classes).toEqual(['Cat', 'dog']);
  expect([layout.splitOf('test_Cat'), layout.classOf('test_Cat', '0.png')]).toEqual(['test', 'Cat']);
});

it('images/ beside test/ are trained on, labeled/ beside unlabeled/ has the classes', () => {
  const images = layoutOf(inEach('images/cat', 'images/dog', 'test'));
  expect(images.classes).toEqual(['cat', 'dog']);
  expect([images.splitOf('images/cat'), images.splitOf('test')]).toEqual(['train', 'test']);
  const labeled = layoutOf(inEach('labeled/cat', 'labeled/dog', ...Array.from({ length: 9 }, () => 'unlabeled')));
  expect(labeled.classes).toEqual(['cat', 'dog']);
  expect(labeled.classOf('unlabeled', '0.png')).toBeNull();
});

it('classes are the letters of CycleGAN’s two domains', () => {
  const layout = layoutOf(inEach('horse2zebra/trainA', 'horse2zebra/trainB', 'horse2zebra/testA', 'horse2zebra/testB'));
  expect(layout.classes).toEqual(['A', 'B']);
  expect([layout.splitOf('horse2zebra/testB'), layout.classOf('horse2zebra/testB', '0.png')]).toEqual(['test', 'B']);
});

it('masks beside the pictures they belong to are left out, and said to be', () => {
  for (const [pictures, masks] of [
    ['images', 'masks'],
    ['train', 'train_masks'],
    ['train/images', 'train/labels'],
    ['JPEGImages', 'SegmentationClass'],
  ] as const) {
    const layout = layoutOf(inEach(pictures, masks));
    expect(layout.classes).toEqual([]);
    expect(layout.leftOut(pictures)).toBeNull();
    expect(layout.leftOut(masks)).toContain('mask');
    expect(layout.leftOutCount).toBe(2);
  }
  expect(layoutOf(inEach('masks', 'faces')).classes).toEqual(['faces', 'masks']);
});

it('does not grow with the square of the number of classes', () => {
  const layout = layoutOf(Array.from({ length: 60_000 }, (_, i) => `class ${i}/1.png`));
  expect(layout.classes).toHaveLength(60_000);
});

it('says something of every folder, whatever the names', () => {
  const name = fc.constantFrom(
    'train',
    'test',
    'val',
    'cat',
    'dog',
    'images',
    'masks',
    'extra',
    'trainA',
    '__proto__',
    'constructor',
    '1',
  );
  fc.assert(
    fc.property(fc.array(fc.array(name, { maxLength: 4 }), { minLength: 1, maxLength: 12 }), (folders) => {
      const layout = layoutOf(folders.map((parts) => [...parts, '1.png'].join('/')));
      for (const parts of folders) {
        const label = layout.classOf(parts.join('/'), '1.png');
        if (label !== null) expect(layout.classes).toContain(label);
      }
    }),
  );
});
