const wanted =
  /^(PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|XDG_\w+|CUDA_\w+|NVIDIA_\w+|TF_\w+|XLA_\w+|MALLOC_\w+|OMP_\w+|KMP_\w+|VIPS_\w+|TESSERA_\w+)$/i;

/**
 * What an engine process gets of `environment`: where things lie and how TensorFlow is tuned. Not NODE_OPTIONS,
 * ELECTRON_RUN_AS_NODE or anyone's keys.
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => wanted.test(name)));
}
