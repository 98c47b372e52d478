import { reactive } from 'vue';

/** Files that the desktop host granted: dropped on the window, or named on the command line. */
export interface GrantedSource {
  grant: string;
  name: string;
}

/** Which of the shell's own panels are open, and what the import is to begin with. */
export const dialogs = reactive({
  palette: false,
  help: false,
  doctor: false,
  bin: false,
  /** The list of models in the top bar. */
  model: false,
  import: false,
  source: null as GrantedSource | null,
});
