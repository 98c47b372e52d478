// Makes a sheet of samples for the manual: one row for each class of the prior's dataset, drawn by the command line.
//
//     node test/bench/reproduce/sheet.mjs RUN --out FILE.png --classes NAME,NAME… [--count N] [--scale N] [--workspace DIR] [-- --guidance 2 …]
//
// What follows `--` goes to `tessera sample`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const GAP = 2;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const own = process.argv.slice(2);
const end = own.includes('--') ? own.indexOf('--') : own.length;
const { values: flags, positionals } = parseArgs({
  args: own.slice(0, end),
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    classes: { type: 'string' },
    count: { type: 'string', default: '10' },
    scale: { type: 'string', default: '2' },
    workspace: { type: 'string', default: path.join(os.tmpdir(), 'tessera-reproduce') },
  },
});
const [run] = positionals;
if (!run || !flags.out || !flags.classes) {
  console.error('Usage: sheet.mjs RUN --out FILE.png --classes NAME,NAME…');
  process.exit(2);
}

/** Files that `tessera sample` draws for a class. */
function drawn(className, directory) {
  const args = ['sample', run, '--class', className, '--count', flags.count, '--out', directory, ...own.slice(end + 1)];
  const command = [path.join(root, 'dist/node/tessera.js'), ...args, '--workspace', flags.workspace, '--json'];
  const lines = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(lines.trim().split('\n').at(-1)).files;
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'tessera-sheet-'));
try {
  const rows = flags.classes.split(',').map((name, row) => drawn(name, path.join(scratch, `${row}`)));
  const { width, height } = await sharp(rows[0][0]).metadata();
  const [across, down] = [width, height].map((side) => side * Number(flags.scale));
  const place = async (file, row, column) => ({
    input: await sharp(file).resize(across, down, { kernel: 'nearest' }).toBuffer(),
    left: column * (across + GAP),
    top: row * (down + GAP),
  });
  const pictures = rows.flatMap((files, row) => files.map((file, column) => place(file, row, column)));
  const sheet = {
    width: rows[0].length * (across + GAP) - GAP,
    height: rows.length * (down + GAP) - GAP,
    channels: 3,
    background: 'white',
  };
  await sharp({ create: sheet })
    .composite(await Promise.all(pictures))
    .png({ palette: true, colours: 256, effort: 10 })
    .toFile(flags.out);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
