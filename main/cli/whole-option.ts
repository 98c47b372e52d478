import { InvalidArgumentError, Option } from 'commander';

/** An option whose value is a whole number in a range. */
export function wholeOption(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser((text): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  });
}
