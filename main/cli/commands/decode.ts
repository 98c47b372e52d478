import { Command } from 'commander';
import type { CommandFile } from '../task';
export const decodeCommand: CommandFile = () => new Command('decode');
