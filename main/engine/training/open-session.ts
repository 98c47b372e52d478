import { type RunManifest, isPrior } from '@shared/specs';
import type { SessionFolders, TrainingSession } from './session-types';

/**
 * Opens the data and builds the program of a run; the weights are drawn from the run's seed.
 * @throws NOT_FOUND or BAD_FILE for the data, BAD_REQUEST where run and data don't fit
 */
export async function openSession(manifest: RunManifest, folders: SessionFolders): Promise<TrainingSession> {
  if (isPrior(manifest.spec.model)) return (await import('./prior-session')).openPriorSession(manifest, folders);
  return (await import('./autoencoder-session')).openAutoencoderSession(manifest, folders);
}
