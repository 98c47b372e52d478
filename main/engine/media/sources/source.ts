/**
 * One file of a source, not opened until asked. Methods throw AppErrors whose message is a reason for the report of
 * skipped files: it reads on after “name: ”. None follows a link.
 */
export interface SourceFile {
  /** Path inside the source, `/` between parts, without `..`. */
  readonly path: string;
  /** Where the file itself lies on disk (bytes where its name is not UTF-8); null inside an archive. */
  readonly location: string | Buffer | null;
  /** Bytes, unpacked. */
  size(): Promise<number>;
  /** The first `bytes` bytes, or all of a shorter file. */
  head(bytes: number): Promise<Uint8Array>;
  /** The whole content; LIMIT above `limits.fileBytes`, BAD_FILE when the archive can't give it. */
  read(): Promise<Uint8Array>;
  /** The content piece by piece, however large. */
  stream(): AsyncIterable<Uint8Array>;
}

/** What a source tells while it is walked. */
export interface Visit {
  readonly signal: AbortSignal;
  /** A file that will not be opened at all (a link, a hostile name), and why. */
  refuse(path: string, reason: string): void;
}

/** A folder, an archive or a handful of files, walked in an order that is the same every time. */
export interface Source {
  /** What a person calls it: its folder's or archive's name without ending. */
  readonly name: string;
  /**
   * Loose files stand side by side; a folder or archive may be one of several and then gives its name to what is in it.
   */
  readonly kind: 'folder' | 'archive' | 'files';
  /** True when files come as a stream: each must be read before the next is asked for. */
  readonly sequential: boolean;
  files(visit: Visit): AsyncGenerator<SourceFile>;
  /** What its last walk found worth telling of the source as a whole. */
  notes(): string[];
}
