import type { Split } from '@shared/specs/dataset';
import { splitOfWords } from '../collection';

/** What an array is for, as far as its name says. */
export type Role = 'pictures' | 'labels' | 'masks' | 'classes';

export interface ArrayName {
  role: Role | null;
  split: Split | null;
  /** The word that names the split (`val`), or ''. */
  splitWord: string;
  /** What is left of the name without the words for role and split: the same for pictures and their labels. */
  family: string;
  /** Whether it says that there are no labels. */
  isUnlabelled: boolean;
}

const roles: Record<Role, readonly string[]> = {
  pictures: words(
    'x image images img imgs picture pictures pic pics photo photos pixel pixels data digits samples inputs',
  ),
  labels: words('y label labels lbl lbls lab target targets class cls category species answer answers'),
  masks: words(
    'mask masks seg segs segmentation segmentations segmap matte mattes trimap depth depths alpha gt groundtruth',
  ),
  classes: words('classes names categories classnames labelnames'),
};
const roleOf = new Map<string, Role>(
  Object.entries(roles).flatMap(([role, all]) => all.map((word) => [word, role as Role])),
);
/** Endings that say nothing. */
const fillers = new Set(words('npy npz idx idx1 idx2 idx3 idx4 gz ubyte byte int short float double bin'));

/**
 * Reads a name such as `x_train`, `trainX`, `kmnist-train-imgs/arr_0`, `labels/train`: the last word that names a role
 * counts, so that `image_labels` are labels and `label_names` names of classes.
 */
export function readArrayName(path: string): ArrayName {
  const all = wordsOf(path);
  const spoken = all.filter((word) => roleOf.has(word));
  const splitWord = all.find((word) => splitOfWords([word]) !== null) ?? '';
  const isUnlabelled = all.some((word) => word === 'unlabeled' || word === 'unlabelled');
  return {
    isUnlabelled,
    role: roleOf.get(spoken.at(-1) ?? '') ?? null,
    split: splitOfWords(all),
    splitWord,
    family: all.filter((word) => !roleOf.has(word) && splitOfWords([word]) === null && !fillers.has(word)).join(' '),
  };
}

function wordsOf(path: string): string[] {
  return path
    .replace(/(^|[/_-])arr_\d+$/, '$1') // a position, not a name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => {
      const [, front, middle, end] = /^([xy]?)(train|test|val|valid)([xy]?)$/.exec(word) ?? [];
      return middle === undefined ? [word] : [front!, middle, end!];
    })
    .filter((word) => word !== '');
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
