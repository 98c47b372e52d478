/** Every command of `tessera`, in the order in which help lists them: one file each. */
import type { CommandFile } from '../task';
import { benchCommand } from './bench';
import { binCommand } from './bin';
import { compareCommand } from './compare';
import { compressCommand } from './compress';
import { datasetsCommand } from './datasets';
import { decodeCommand } from './decode';
import { decompressCommand } from './decompress';
import { doctorCommand } from './doctor';
import { encodeCommand } from './encode';
import { evaluateCommand } from './evaluate';
import { exportCommand } from './export';
import { importCommand } from './import';
import { runsCommand } from './runs';
import { sampleCommand } from './sample';
import { serveCommand } from './serve';
import { setupCommand } from './setup';
import { sweepCommand } from './sweep';
import { trainCommand } from './train';

export const commands: readonly CommandFile[] = [
  setupCommand,
  doctorCommand,
  serveCommand,
  importCommand,
  datasetsCommand,
  trainCommand,
  sweepCommand,
  runsCommand,
  evaluateCommand,
  compareCommand,
  encodeCommand,
  decodeCommand,
  compressCommand,
  decompressCommand,
  sampleCommand,
  exportCommand,
  binCommand,
  benchCommand,
];
