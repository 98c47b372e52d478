import type { RouteRecordRaw } from 'vue-router';
import type { Command } from './commands';

/** A screen and all that belongs to it. */
export interface Feature {
  id: string;
  routes: RouteRecordRaw[];
  /** Its place in the navigation. */
  nav: { label: string; icon: string; to: string };
  /** Called once, when Pinia is there. */
  commands: () => Command[];
}
