import type { ErrorCode, ErrorData } from './error-codes';

/** What is known of a failure besides what was thrown. */
export interface About {
  /** What was read or written, where the system doesn't say or names a file on the way to it. */
  path?: string | undefined;
  /** A further thing to do about it. */
  hint?: string | undefined;
}

interface Explanation {
  code: ErrorCode;
  /** The sentence about `what`, which is a path or, begun with a capital letter, words. */
  message: (what: string) => string;
  hint: string;
}

const fullDisk: Explanation = {
  code: 'DISK',
  message: (what) => `The disk is full: ${what} could not be written.`,
  hint: 'Make room, then try again.',
};
const noPermission: Explanation = {
  code: 'DENIED',
  message: (what) => `There is no permission to use ${what}.`,
  hint: 'Change the permissions of it and of its folder, or choose another place.',
};
const failingDisk: Explanation = {
  code: 'DISK',
  message: (what) => `The disk failed at ${what}.`,
  hint: 'Check the disk, and copy what matters to another one.',
};
const unreachable: Explanation = {
  code: 'DISK',
  message: (what) => `The disk or network folder with ${what} can't be reached.`,
  hint: 'Connect it again, then try again.',
};
const inUse: Explanation = {
  code: 'CONFLICT',
  message: (what) => `Another program is using ${what}.`,
  hint: 'Close that program, then try again.',
};
const exists: Explanation = {
  code: 'CONFLICT',
  message: (what) => `There is something at ${what} already.`,
  hint: 'Choose another name, or move away what is there.',
};
const tooManyFiles: Explanation = {
  code: 'LIMIT',
  message: (what) => `Too many files are open to open ${what} as well.`,
  hint: 'Close other programs, or allow more open files (ulimit -n 1024).',
};
const connectionGone: Explanation = {
  code: 'ENGINE_LOST',
  message: () => 'The other end of the connection is gone.',
  hint: 'Try again.',
};
const unsupported: Explanation = {
  code: 'UNSUPPORTED',
  message: (what) => `The disk with ${what} can't do what was asked of it.`,
  hint: 'Choose a folder on another disk.',
};

/** The words that a person reads for each error of the operating system. */
const systemErrors: Readonly<Record<string, Explanation>> = {
  ENOSPC: fullDisk,
  EDQUOT: {
    code: 'DISK',
    message: (what) => `The space you may use on this disk is used up: ${what} could not be written.`,
    hint: 'Make room, or ask for more, then try again.',
  },
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: {
    code: 'DENIED',
    message: (what) => `The disk with ${what} can only be read.`,
    hint: 'Make it writable, or choose a folder on another disk.',
  },
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EIO: failingDisk,
  ENXIO: failingDisk,
  ENODEV: unreachable,
  ESTALE: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTDOWN: unreachable,
  ENOTCONN: unreachable,
  EREMOTEIO: failingDisk,
  ENAMETOOLONG: {
    code: 'LIMIT',
    message: (what) => `The name ${what} is too long for this disk.`,
    hint: 'Choose a shorter name, or a folder that is less deep.',
  },
  EFBIG: {
    code: 'LIMIT',
    message: (what) => `The file ${what} would be too large for this disk.`,
    hint: 'Choose a folder on another disk.',
  },
  ENOMEM: {
    code: 'LIMIT',
    message: (what) => `There is not enough memory for ${what}.`,
    hint: 'Close other programs, then try again.',
  },
  ENOENT: {
    code: 'NOT_FOUND',
    message: (what) => `There is no file or folder ${what}.`,
    hint: 'Check the name, and whether it was moved or removed meanwhile.',
  },
  ENOTDIR: {
    code: 'CONFLICT',
    message: (what) => `There is a file where ${what} needs a folder.`,
    hint: 'Choose another place, or move that file away.',
  },
  EISDIR: {
    code: 'CONFLICT',
    message: (what) => `There is a folder where the file ${what} is expected.`,
    hint: 'Name a file.',
  },
  EEXIST: exists,
  ENOTEMPTY: exists,
  ELOOP: {
    code: 'BAD_FILE',
    message: (what) => `The links at ${what} lead in a circle.`,
    hint: 'Mend or remove those links.',
  },
  EXDEV: {
    code: 'DISK',
    message: (what) => `${what} lies on another disk than the folder it comes from.`,
    hint: 'Choose a folder on the same disk.',
  },
  EBUSY: inUse,
  ETXTBSY: inUse,
  EAGAIN: inUse,
  ENOTSUP: unsupported,
  EOPNOTSUPP: unsupported,
  ENOSYS: unsupported,
  EINVAL: unsupported,
  EPIPE: connectionGone,
  ECONNRESET: connectionGone,
  ECONNREFUSED: connectionGone,
};

/** Where not even a folder can be made: /proc, a drive that is gone. */
const nothingThere: Explanation = {
  code: 'DENIED',
  message: (what) => `The folder ${what} can't be made.`,
  hint: 'Choose another place.',
};

const otherSystemError: Explanation = {
  code: 'DISK',
  message: (what) => `${what} could not be read or written.`,
  hint: 'Check the disk and the folder, then try again.',
};

const catalogueBusy: Explanation = {
  code: 'CONFLICT',
  message: (what) => `Another Tessera is busy with ${what}.`,
  hint: 'Try again in a moment.',
};
const catalogueDamaged: Explanation = {
  code: 'BAD_FILE',
  message: (what) => `${what} is damaged.`,
  hint: 'Close Tessera and open the workspace again: it is made anew from the folders.',
};

/** The same for SQLite, which keeps the workspace's catalogue, by the first word of its code. */
const catalogueErrors: Readonly<Record<string, Explanation>> = {
  FULL: fullDisk,
  READONLY: {
    code: 'DENIED',
    message: (what) => `${what} can only be read.`,
    hint: 'Make the workspace folder writable, or choose another workspace.',
  },
  PERM: noPermission,
  CANTOPEN: {
    code: 'DISK',
    message: (what) => `${what} can't be opened.`,
    hint: 'Check that the workspace folder is there and can be written to.',
  },
  BUSY: catalogueBusy,
  LOCKED: catalogueBusy,
  IOERR: failingDisk,
  CORRUPT: catalogueDamaged,
  NOTADB: catalogueDamaged,
  NOMEM: systemErrors.ENOMEM!,
  TOOBIG: systemErrors.EFBIG!,
};

const otherCatalogueError: Explanation = {
  code: 'INTERNAL',
  message: (what) => `${what} refused a change.`,
  hint: 'Open the workspace again; if it happens again, its log says more.',
};
const resultCodes: Readonly<Record<string, string>> = {
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  26: 'NOTADB',
};

/**
 * An error of the operating system or of SQLite in a person's words, naming the file; null for any other. What carries
 * no code any more, since it came through a worker or as text, is known by how Node writes it.
 */
export function explainSystemError(thrown: unknown, about: About = {}): ErrorData | null {
  if (!(thrown instanceof Error)) return null;
  const found = systemErrorOf(thrown) ?? catalogueErrorOf(thrown);
  if (!found) return null;
  const { explanation, path } = found;
  const named = about.path ?? path;
  const file = named === undefined ? undefined : withoutTemporary(named);
  return {
    code: explanation.code,
    message: upperFirst(explanation.message(file ?? found.otherwise)),
    hint: [explanation.hint, about.hint].filter(Boolean).join(' '),
    ...(file === undefined ? {} : { field: file }),
  };
}

interface Found {
  explanation: Explanation;
  path: string | undefined;
  /** What to call it without a path. */
  otherwise: string;
}

function systemErrorOf(error: NodeJS.ErrnoException): Found | null {
  // ENOENT: no such file or directory, rename '/a' -> '/b'
  const [, said, first, second] = /^(E[A-Z\d]+): [^']*?(?:'(.*?)'(?: -> '(.*)')?)?$/s.exec(error.message) ?? [];
  const code = /^E[A-Z\d]+$/.test(error.code ?? '') ? error.code : said;
  if (code === undefined) return null;
  const target = (error as { dest?: string }).dest ?? second ?? error.path ?? first;
  const explanation = code === 'ENOENT' && error.syscall === 'mkdir' ? nothingThere : systemErrors[code];
  return { explanation: explanation ?? otherSystemError, path: target, otherwise: 'a file' };
}

function catalogueErrorOf(error: NodeJS.ErrnoException): Found | null {
  const [, unopened, result] = /local database (.*): (\d+)"\)?$/s.exec(error.message) ?? [];
  const name = result === undefined ? /^SQLITE_([A-Z]+)/.exec(error.code ?? '')?.[1] : (resultCodes[result] ?? 'ERROR');
  if (name === undefined) return null;
  return {
    explanation: catalogueErrors[name] ?? otherCatalogueError,
    path: unopened,
    otherwise: 'the workspace’s catalogue',
  };
}

/** The file that was to be written, where the path names its temporary copy (main/files/leftovers). */
const withoutTemporary = (path: string): string =>
  path.replace(/\.\d+\.[\dx]+\.[\da-fx]+-\d+\.tmp$/, '').replace(/\.writing-(.*)-[\d.xa-f]+-\d+(?=[\\/]|$)/, '$1');

const upperFirst = (text: string): string =>
  text.startsWith('/') || /^[a-z]:/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
