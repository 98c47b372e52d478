/** A count as notes and reasons say it: `3,711`. */
export const wholeNumber = (value: number): string => value.toLocaleString('en-US');
