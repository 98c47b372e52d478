import { AppError } from '@shared/errors';
import type { CheckedEngine } from './check';
import type { Build, Machine } from './pins';

/**
 * The verdict on a checked build: null for a CPU build, for a card that works, and for a CUDA build on a machine
 * without a card (it may be set up for another machine). A card that is present but unused is a failure, reported in
 * TensorFlow's own words.
 */
export function unusedCard(
  { device }: Pick<Build, 'device'>,
  { nvidia }: Machine,
  { gpu, deviceLines }: CheckedEngine,
): AppError | null {
  if (device !== 'cuda' || gpu || nvidia.state !== 'present') return null;
  const name = nvidia.cards[0]?.name ?? 'An NVIDIA driver';
  const said =
    deviceLines.length > 0 ? `TensorFlow says: ${deviceLines.join(' · ')}` : 'TensorFlow says nothing about it';
  return new AppError(
    'SETUP_FAILED',
    `${name} is here, but TensorFlow does not use it. ${said}.`,
    'Check the driver with nvidia-smi, then run "tessera setup --force". TESSERA_DEVICE=cpu sets up for the processor instead.',
  );
}
