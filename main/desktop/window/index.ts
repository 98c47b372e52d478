/** The one window: its factory, its remembered place, and what happens when its page dies. */
export { enableCrashReload } from './crash';
export { createPlaceStore, type PlaceStore } from './place';
export { createWindow } from './window';
