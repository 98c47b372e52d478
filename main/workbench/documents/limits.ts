import type { DocumentKind } from '@shared/contract';

const MIB = 1024 * 1024;

export interface DocumentLimit {
  /** Of one document's file. */
  bytes: number;
  /** Documents of the kind. Beyond it a new one is refused: nothing of a person's is thrown away to make room. */
  count: number;
}

/** How large the documents of a kind may be, and how many. A page sends at most 64 MiB at once. */
export const documentLimits: Readonly<Record<DocumentKind, DocumentLimit>> = {
  studio: { bytes: 32 * MIB, count: 1000 },
  picture: { bytes: 60 * MIB, count: 1000 },
  draft: { bytes: MIB, count: 1000 },
  samples: { bytes: 60 * MIB, count: 1000 },
  favourites: { bytes: 60 * MIB, count: 1 },
  comparison: { bytes: 256 * MIB, count: 1000 },
  compression: { bytes: 256 * MIB, count: 1000 },
  'current-model': { bytes: MIB, count: 1 },
};
