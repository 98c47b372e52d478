const unseen = /[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A file's name for the page: control characters and those that turn the direction of writing are shown as `�`. */
export const visibleName = (name: string): string => name.replace(unseen, '�');
