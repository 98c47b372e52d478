import { randomBytes } from 'node:crypto';

const MAXIMUM_LENGTH = 60;

/** `name` as an id: lower-case ASCII letters, digits and single hyphens; `fallback` if nothing of it can be kept. */
export function slug(name: string, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAXIMUM_LENGTH)
    .replace(/-+$/, '');
  return plain === '' ? fallback : plain;
}

/** `wanted`, or if that is taken `wanted` with a short random suffix. */
export function uniqueId(wanted: string, isTaken: (id: string) => boolean): string {
  let id = wanted;
  while (isTaken(id)) id = `${wanted}-${randomBytes(2).toString('hex')}`;
  return id;
}
