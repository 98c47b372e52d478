import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { importOptionsSchema, type DatasetManifest } from '@shared/specs';

/** sample.json of a bundled dataset: what its files don't say themselves. */
const sampleSchema = z.object({
  name: z.string(),
  /** Class names in label order; the names in the files if left out. */
  classes: z.array(z.string()).optional(),
  licence: z.string(),
  source: z.string(),
  options: importOptionsSchema.partial().default({}),
  files: z.array(z.string()).min(1),
});

export interface Sample {
  id: string;
  paths: string[];
  options: z.output<typeof importOptionsSchema>;
  source: string;
  amend(manifest: DatasetManifest): DatasetManifest;
}

/** The bundled datasets below `folder`, sorted by folder name. */
export function readSamples(folder: string): Sample[] {
  return foldersIn(folder).map((id) => {
    const place = path.join(folder, id);
    const { name, classes, licence, source, options, files } = sampleSchema.parse(
      JSON.parse(readFileSync(path.join(place, 'sample.json'), 'utf8')),
    );
    return {
      id,
      paths: files.map((file) => path.join(place, file)),
      options: importOptionsSchema.parse({ ...options, name }),
      source,
      amend: (manifest) => ({
        ...manifest,
        licence,
        source,
        classes: classes?.length === manifest.classes.length ? classes : manifest.classes,
      }),
    };
  });
}

export function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
