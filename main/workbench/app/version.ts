import { readFileSync } from 'node:fs';
import { nearby } from '../engine';

/** The version in package.json, beside or above the running bundle. */
export function tesseraVersion(): string {
  const file = nearby('package.json');
  if (file === null) return '0.0.0';
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
  return version ?? '0.0.0';
}
