/**
 * Names of columns that mean the item's file, best first. Hugging Face has `file_name`; a `name` beside one of these is
 * what the item is called.
 */
const FILE_COLUMNS = [
  ...['file_name', 'filename', 'file', 'files', 'filepath', 'file_path', 'path', 'image_path', 'image', 'images'],
  ...['image_name', 'imagename', 'img', 'img_name', 'image_id', 'id', 'name'],
];
const languages = 'en|zh|ja|ko|de|fr|es|it|pt|ru|ar|hi';
const captionColumn = new RegExp(
  `^(caption|text|sentence|description|prompt)s?([ _-]?\\d+|[ _-](${languages})([_-][a-z]{2,4})?)?$`,
  'i',
);

/** The position of the column that names the file; −1 if there is none. */
export function fileColumn(names: readonly string[]): number {
  const folded = names.map((name) => name.trim().toLowerCase());
  const best = FILE_COLUMNS.find((name) => folded.includes(name));
  return best === undefined ? -1 : folded.indexOf(best);
}

/** Whether a column holds captions: `caption`, `sentences`, `text_2`, `caption_zh`. */
export const isCaptionColumn = (name: string): boolean => captionColumn.test(name.trim());
export const isTagColumn = (name: string): boolean => /^(tags|keywords?)$/i.test(name.trim());
export const isClassColumn = (name: string): boolean =>
  /^(label|labels|class|class_name|classname|class_id|category|category_name|breed|species|target|y|tag)$/i.test(
    name.trim(),
  );
export const isSplitColumn = (name: string): boolean => /^(split|set|subset|partition)$/i.test(name.trim());
