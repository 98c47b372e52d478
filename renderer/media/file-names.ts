/**
 * File names of items, one each, in order, with the ending of their medium: the last part of each item's name without its own
 * ending, or its number. Where names are equal, the later ones have a number behind them.
 */
export function fileNames(names: readonly string[], extension: string): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const last = name.split(/[\\/]/).at(-1)!;
    const stem = last.replace(/\.[^.]{1,5}$/, '') || String(index + 1);
    let free = stem;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem} ${number}`;
    taken.add(free.toLowerCase());
    return `${free}.${extension}`;
  });
}
