import { Command } from 'commander';
import type { CommandFile } from '../task';
export const encodeCommand: CommandFile = () => new Command('encode');
