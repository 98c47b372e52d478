/**
 * File names of pictures as PNGs, one each, in order: the last part of each picture's name without its ending, or its
 * number; of equal ones the later have a number behind them.
 */
export function pngNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const last = name.split(/[\\/]/).at(-1)!;
    const stem = last.replace(/\.[^.]{1,5}$/, '') || String(index + 1);
    let free = stem;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem} ${number}`;
    taken.add(free.toLowerCase());
    return `${free}.png`;
  });
}
