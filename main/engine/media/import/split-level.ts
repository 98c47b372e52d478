import type { Split } from '@shared/specs/dataset';
import type { Folder } from './folder-tree';

/** A folder and the split its pictures belong to; null where folders don't say. */
export interface SplitFolder {
  folder: Folder;
  split: Split | null;
}

interface Common {
  /** Folders whose pictures have no class: unlabelled ones, those to predict, those beside what was looked into. */
  plain: SplitFolder[];
  masks: { folder: Folder }[];
  /** Whether folders say both what to train on and what is held out. */
  splitsGiven: boolean;
  notes: string[];
}

/** Where in the tree splits and classes are named. */
export type Level =
  | (Common & {
      kind: 'split-first';
      /** Folders whose sub-folders are classes. */
      containers: SplitFolder[];
      /** Folders beside splits that are neither: of no class, unless folders named as classes lie in them. */
      strays: SplitFolder[];
      /** Class of pictures in `trainA`, `trainB` by path, where letters distinguish two domains; else null. */
      suffixes: Map<string, string> | null;
    })
  | (Common & { kind: 'class-first'; classes: (SplitFolder & { label: string })[] });

/** Words said of a folder beside classes that is none of them. */
const neverClasses = /^(test|testing|val|valid|validation|unlabell?ed|pred|predict)$/i;

/** Finds the level at which folders name splits, or classes. */
export function readLevel(top: Folder): Level {
  const { folder, beside } = unwrap(top);
  const { masks, rest } = withoutMasks(folder);
  const common = { plain: beside, masks: masks.map((mask) => ({ folder: mask })), notes: [], splitsGiven: false };
  const only = rest[0];
  if (masks.length > 0 && rest.length === 1 && only) {
    // images/ beside masks/: as if only images/ were there
    const inner = readLevel(only);
    return { ...inner, plain: [...inner.plain, ...beside], masks: [...inner.masks, ...common.masks] };
  }
  const level =
    readSplits(folder, rest, common) ?? readClassFirst(folder, rest, common) ?? readAside(folder, rest, common);
  if (level) return level;
  const container = masks.length === 0 ? folder : { ...folder, children: rest };
  return {
    ...common,
    kind: 'split-first',
    containers: [{ folder: container, split: null }],
    strays: [],
    suffixes: null,
  };
}

/** Goes down while one folder holds everything; pictures that lie beside it on the way have no class. */
function unwrap(top: Folder): { folder: Folder; beside: SplitFolder[] } {
  const beside: SplitFolder[] = [];
  let folder = top;
  for (;;) {
    const [only] = folder.children;
    if (only === undefined || folder.children.length > 1) return { folder, beside };
    if (folder.own !== null) {
      if (only.children.length < 2 && only.role === null) return { folder, beside };
      beside.push({ folder: { ...folder, children: [] }, split: 'train' });
    }
    folder = only;
  }
}

/** Sets aside `masks/` and the like where what they belong to lies beside them. */
function withoutMasks({ children }: Folder): { masks: Folder[]; rest: Folder[] } {
  const masks = children.filter(({ role }) => role === 'masks');
  const hasPictures = children.some(
    ({ role, plain }) => plain && (role === 'pictures' || role === 'train' || role === 'test'),
  );
  return masks.length > 0 && hasPictures
    ? { masks, rest: children.filter(({ role }) => role !== 'masks') }
    : { masks: [], rest: children };
}

/**
 * Folders whose names say a split. A name that says more must share the rest with one of the other split
 * (`DIV2K_train_HR`).
 */
function splitFolders(children: readonly Folder[]): { train: Folder[]; test: Folder[] } {
  const all = children.every(({ role }) => role !== null && role !== 'pictures');
  const rests = (split: Split): Set<string> =>
    new Set(children.filter(({ role }) => role === split).map(({ rest }) => rest));
  const [trained, held] = [rests('train'), rests('test')];
  const sharesRest = ({ role, rest }: Folder): boolean =>
    (role === 'train' && held.has(rest)) || (role === 'test' && trained.has(rest));
  const said = children.filter((child) => all || child.plain || sharesRest(child));
  const [train, test] = (['train', 'test'] as const).map((split) => said.filter(({ role }) => role === split));
  // images/ beside test/ are what is trained on
  const pictures = children.filter(({ role, plain }) => role === 'pictures' && plain);
  return train!.length === 0 && test!.length > 0 && pictures.length === 1
    ? { train: pictures, test: test! }
    : { train: train!, test: test! };
}

function readSplits(folder: Folder, children: readonly Folder[], common: Common): Level | null {
  const { train, test } = splitFolders(children);
  if (train.length + test.length === 0) return readPictures(folder, children, common);
  const unlabelled = children.filter(({ role, plain }) => role === 'unlabelled' && plain);
  const predict = children.filter(({ role, plain }) => role === 'predict' && plain);
  const named = new Set([...train, ...test, ...unlabelled, ...predict]);
  const strays = children.filter((child) => !named.has(child));
  const both = train.length > 0 && test.length > 0;
  if (!both && strays.length > 0 && !isContainer(train, strays)) return null;
  if (!both && predict.length + unlabelled.length + strays.length === 0 && children.length === 1) return null;

  const splitsGiven = train.length > 0 && test.length + predict.length > 0;
  const as =
    (split: Split) =>
    (one: Folder): SplitFolder => ({ folder: one, split });
  const containers = [...train.map(as('train')), ...test.map(as('test'))].map(({ folder: one, split }) => {
    const { folder: inner, masks } = innermost(one);
    common.masks.push(...masks.map((mask) => ({ folder: mask })));
    return { folder: inner, split };
  });
  const plain = [...common.plain, ...unlabelled.map(as('train')), ...predict.map(as('test'))];
  if (folder.own !== null) plain.push({ folder: { ...folder, children: [] }, split: 'train' });
  return {
    ...common,
    kind: 'split-first',
    plain,
    containers,
    strays: strays.map(as('train')),
    suffixes: suffixes([...train, ...test]),
    splitsGiven,
    notes: [
      ...splitNotes(names(train), names([...test, ...predict])),
      ...withoutClass([...unlabelled, ...predict, ...strays]),
    ],
  };
}

/** `images/` with the classes in it, and a few odd pictures or unlabelled ones beside. */
function readPictures(folder: Folder, children: readonly Folder[], common: Common): Level | null {
  const looked = children.filter(
    ({ role, plain, children: below }) => role === 'pictures' && plain && below.length > 1,
  );
  const beside = children.filter((child) => !looked.includes(child));
  const [only] = looked;
  if (looked.length !== 1 || only === undefined || !isContainer(looked, beside)) return null;
  return readWithin(only, folder, children, common);
}

const others = (children: readonly Folder[], one: Folder): Folder[] => children.filter((child) => child !== one);

/** Reads one of the children as if it were all; what lies beside it has no class. */
function readWithin(one: Folder, folder: Folder, children: readonly Folder[], common: Common): Level {
  const inner = readLevel(one);
  const beside = others(children, one);
  const plain = [...beside, ...(folder.own === null ? [] : [{ ...folder, children: [] }])];
  return {
    ...inner,
    masks: [...inner.masks, ...common.masks],
    plain: [...inner.plain, ...common.plain, ...plain.map((stray) => ({ folder: stray, split: 'train' as const }))],
    notes: [...inner.notes, ...withoutClass(beside)],
  };
}

/** Whether `train/` holds the classes though no folder for testing lies beside it, only a few odd ones. */
function isContainer(train: readonly Folder[], strays: readonly Folder[]): boolean {
  const pictures = (folders: readonly Folder[]): number => folders.reduce((sum, { total }) => sum + total, 0);
  const odd = strays.filter(({ role }) => role !== 'unlabelled' && role !== 'predict');
  return (
    train.some(({ children }) => children.length > 1) &&
    strays.every(({ children }) => children.length === 0) &&
    (odd.length === 0 || pictures(odd) < pictures(train))
  );
}

/** Goes down through `train/images` and `train/train`, leaving masks aside. */
function innermost(split: Folder): { folder: Folder; masks: Folder[] } {
  let folder = split;
  const left: Folder[] = [];
  for (;;) {
    const { masks, rest } = withoutMasks(folder);
    left.push(...masks);
    const [only] = rest;
    const goesOn =
      only !== undefined &&
      rest.length === 1 &&
      folder.own === null &&
      (only.role === 'pictures' || (only.role === split.role && only.plain));
    if (!goesOn) return { folder: masks.length === 0 ? folder : { ...folder, children: rest }, masks: left };
    folder = only;
  }
}

/**
 * `trainA`, `trainB`, `testA` (CycleGAN), `train_cat`, `train_dog`: what else the names say are classes, if it differs.
 */
function suffixes(splits: readonly Folder[]): Map<string, string> | null {
  const leaves = splits.filter(({ rest, children }) => rest !== '' && children.length === 0);
  const trained = new Set(leaves.filter(({ role }) => role === 'train').map(({ rest }) => rest));
  if (trained.size < 2) return null;
  const told = leaves.filter(({ rest }) => trained.has(rest));
  return new Map(told.map(({ path, name }) => [path, withoutSplit(name)]));
}

const LONGEST_CLASS = 255;
const withoutSplit = (name: string): string =>
  name
    .slice(0, LONGEST_CLASS)
    .replace(/train(ing)?|test(ing)?|val(id(ation)?)?|dev|eval/i, '')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || name;

/** `cat/train`, `cat/test`, `dog/train` …: the class comes first. */
function readClassFirst(folder: Folder, children: readonly Folder[], common: Common): Level | null {
  const classes: (SplitFolder & { label: string })[] = [];
  const trained = new Set<string>();
  const held = new Set<string>();
  const left = [...common.masks];
  const whole = children.filter(({ children: below }) => {
    const { train, test } = splitFolders(below);
    return train.length > 0 && test.length > 0 && below.some((split) => split.children.length > 1);
  });
  const [wrapper] = whole;
  if (whole.length === 1 && wrapper !== undefined && isContainer(wrapper.children, others(children, wrapper)))
    return readWithin(wrapper, folder, children, common);
  for (const child of children) {
    const { folder: inner, masks } = innermost(child);
    const { train, test } = splitFolders(inner.children);
    const aside = inner.children.filter(({ role, plain }) => plain && (role === 'unlabelled' || role === 'predict'));
    if (train.length + test.length + aside.length < inner.children.length) return null;
    left.push(...masks.map((mask) => ({ folder: mask })));
    classes.push({ folder: { ...child, children: [] }, label: child.name, split: 'train' });
    if (inner.own !== null) classes.push({ folder: { ...inner, children: [] }, label: child.name, split: 'train' });
    for (const one of [...train, ...aside]) classes.push({ folder: one, label: child.name, split: 'train' });
    for (const one of test) classes.push({ folder: one, label: child.name, split: 'test' });
    for (const { name } of train) trained.add(name);
    for (const { name } of test) held.add(name);
  }
  if (trained.size === 0 || held.size === 0) return null;
  const plain = folder.own === null ? [] : [{ folder: { ...folder, children: [] }, split: 'train' as const }];
  return {
    ...common,
    kind: 'class-first',
    classes,
    masks: left,
    plain: [...common.plain, ...plain],
    splitsGiven: true,
    notes: splitNotes([...trained], [...held]),
  };
}

/** Classes beside `test/` or `unlabeled/`, which is none of them. */
function readAside(folder: Folder, children: readonly Folder[], common: Common): Level | null {
  const aside = children.filter(({ name, children: below }) => neverClasses.test(name) && below.length === 0);
  const classes = children.filter((child) => !aside.includes(child));
  if (aside.length === 0 || classes.length < 2) return null;
  const held = aside.filter(({ role }) => role !== 'unlabelled');
  return {
    ...common,
    kind: 'split-first',
    containers: [{ folder: { ...folder, children: classes }, split: 'train' }],
    plain: [
      ...common.plain,
      ...aside.map((one) => ({ folder: one, split: held.includes(one) ? ('test' as const) : ('train' as const) })),
    ],
    strays: [],
    suffixes: null,
    splitsGiven: held.length > 0,
    notes: [...(held.length > 0 ? [heldOut(names(held))] : []), ...withoutClass(aside)],
  };
}

const names = (folders: readonly Folder[]): string[] => folders.map(({ name }) => name);
const heldOut = (held: readonly string[]): string => `Held out, as the folders say: ${held.join(', ')}.`;

function splitNotes(train: readonly string[], held: readonly string[]): string[] {
  if (train.length > 0 && held.length > 0)
    return [`Splits are as the folders say: ${train.join(', ')} to train on; ${held.join(', ')} held out.`];
  if (held.length > 0)
    return [`No folder says what to train on (there is ${held.join(', ')}): a share of all pictures is held out.`];
  return [];
}

const withoutClass = (folders: readonly Folder[]): string[] =>
  folders.length === 0 ? [] : [`Without a class: the pictures in ${names(folders).join(', ')}.`];
