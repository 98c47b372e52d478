/** Every command of `tessera`, in the order in which help lists them: one file each. */
import type { CommandFile } from '../task';
import { benchCommand } from './bench';
import { decodeCommand } from './decode';
import { doctorCommand } from './doctor';
import { encodeCommand } from './encode';
import { evaluateCommand } from './evaluate';
import { exportCommand } from './export';
import { importCommand } from './import';
import { runsCommand } from './runs';
import { serveCommand } from './serve';
import { setupCommand } from './setup';
import { trainCommand } from './train';

export const commands: readonly CommandFile[] = [
  setupCommand,
  doctorCommand,
  serveCommand,
  importCommand,
  trainCommand,
  runsCommand,
  evaluateCommand,
  encodeCommand,
  decodeCommand,
  exportCommand,
  benchCommand,
];
