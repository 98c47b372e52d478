import os from 'node:os';
import { backend } from '../tensorflow/native/load';

/**
 * What decides about the last bits of a prior's logits here, by name. Only a probe shows whether they equal another
 * engine's; this says why they may not be.
 */
export function engineFacts(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const { kind, isUsingGpuDevice } = backend;
  const [cpu] = os.cpus();
  const ofTensorflow = kind === 'native' && {
    tensorflow: backend.binding.TF_Version,
    device: isUsingGpuDevice ? 'gpu' : 'cpu',
    threads: environment.TF_NUM_INTRAOP_THREADS ?? String(os.availableParallelism()),
    onednn: environment.TF_ENABLE_ONEDNN_OPTS === '0' ? 'off' : 'on',
  };
  return { backend: kind, ...ofTensorflow, cpu: (cpu?.model ?? '').trim(), platform: `${os.platform()}-${os.arch()}` };
}
