import type { Split } from '@shared/specs/dataset';

/** What the name of a folder may say about the pictures in it, beside what they show. */
export type FolderRole =
  /** Pictures to train on, or held out. */
  | Split
  /** Pictures without a class: more to train on, or to predict and therefore held out. */
  | 'unlabelled'
  | 'predict'
  /** Holds the pictures themselves (`images/`), as against what belongs to them. */
  | 'pictures'
  /** Pictures that annotate others: masks, label maps. */
  | 'masks';

export interface FolderName {
  role: FolderRole | null;
  /** Whether the name says nothing else: `train2017`, `seg_train`, `training_set`; not `train_station`. */
  plain: boolean;
  /** What else it says: `DIV2K_train_HR` → `div k hr`, `trainA` → `a`. */
  rest: string;
}

const words = (text: string): Set<string> => new Set(text.split(' '));
const trainWords = words('train training trn trainval trainingset learn 训练 训练集 训练数据');
const testWords = words(
  'test testing tst val valid validate validation dev devel eval evaluate evaluation holdout heldout minival 测试 测试集 验证 验证集',
);
const unlabelledWords = words('unlabeled unlabelled unlab unlabel nolabel unsup unsupervised extra 未标注');
const predictWords = words('pred predict prediction predictions infer inference submission');
const pictureWords = words(
  'image images img imgs picture pictures pic pics photo photos jpegimages jpegs jpgs pngs frames labeled labelled 图片 图像',
);
const maskWords = words(
  'mask masks label labels annotation annotations annots gt groundtruth segmentation segmentations segmentationclass segmentationobject segmentationmasks trimap trimaps 掩码 标签 标注',
);
/** Words that change nothing: `split=train`, `train_images_64px`, `bounding_box_train`. */
const fillers = words(
  'data dataset set split seg folder dir jpg jpeg png x crop crops cropped resized full small large original clean standard input inputs sample samples bounding box class classes classification cls for all my new final px 数据 数据集',
);
const joined =
  /^(train|training|test|testing|val|valid|validation|dev|eval)(set|data|dataset|images?|imgs?|pics?|pictures?|folder|dir|s)$/;

/** Words of a name: `trainingSet_2017` → training, set. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/\bheld[\s_-]?out\b|\bhold[\s_-]?out\b/gu, 'heldout')
    .replace(/\bground[\s_-]?truth\b/gu, 'groundtruth')
    .replace(/t10k/gu, 'test')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => joined.exec(word)?.slice(1, 3) ?? word);
}

/** Reads the name of a folder. */
export function readFolderName(name: string): FolderName {
  const all = wordsOf(name);
  const has = (known: Set<string>): boolean => all.some((word) => known.has(word));
  const role = roleOf(has);
  const known: Record<FolderRole, Set<string>[]> = {
    train: [trainWords, testWords, pictureWords],
    test: [testWords, pictureWords],
    unlabelled: [unlabelledWords, pictureWords],
    predict: [predictWords, testWords, pictureWords],
    pictures: [pictureWords],
    masks: [maskWords, trainWords, testWords],
  };
  const rest = all.filter((word) => !fillers.has(word) && !(role && known[role].some((some) => some.has(word))));
  return { role, plain: role !== null && rest.every((word) => word.length === 1), rest: rest.join(' ') };
}

function roleOf(has: (known: Set<string>) => boolean): FolderRole | null {
  if (has(maskWords)) return 'masks';
  if (has(unlabelledWords)) return 'unlabelled';
  if (has(predictWords)) return 'predict';
  if (has(trainWords)) return 'train'; // also “train_val”
  if (has(testWords)) return 'test';
  return has(pictureWords) ? 'pictures' : null;
}
