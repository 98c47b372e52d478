import { readFileSync } from 'node:fs';
import path from 'node:path';
import { screen, type BrowserWindow } from 'electron';
import { z } from 'zod';
import { makeFolder, replaceFile } from '../../files';

const side = z.number().int().min(100).max(100_000);
const coordinate = z.number().int().min(-100_000).max(100_000);
const placeSchema = z.object({
  bounds: z.object({ x: coordinate.optional(), y: coordinate.optional(), width: side, height: side }),
  maximized: z.boolean(),
});
export type Place = z.infer<typeof placeSchema>;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const usual: Place = { bounds: { width: 1440, height: 900 }, maximized: false };
/** At least this many pixels of a window must lie on a display, or nobody could drag it. */
const GRIP = 64;

/** The window's last place, on disk. */
export interface PlaceStore {
  load(): Place;
  save(place: Place): void;
}

/** Returns `place` if it is visible on one of `displays`, else its size alone. */
export function visiblePlace(place: Place, displays: readonly Area[]): Place {
  const { x, y, width, height } = place.bounds;
  if (x === undefined || y === undefined) return place;
  const overlap = (from: number, length: number, start: number, span: number): number =>
    Math.min(from + length, start + span) - Math.max(from, start);
  const seen = displays.some(
    (area) => overlap(x, width, area.x, area.width) >= GRIP && overlap(y, height, area.y, area.height) >= GRIP,
  );
  return seen ? place : { ...place, bounds: { width, height } };
}

/** Parses the text of a store's file; returns the default place for anything else. */
export function parsePlace(text: string): Place {
  try {
    const parsed = placeSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : usual;
  } catch {
    return usual;
  }
}

export function createPlaceStore(file: string): PlaceStore {
  return {
    load: () => {
      let text = '';
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        // first start
      }
      return visiblePlace(
        parsePlace(text),
        screen.getAllDisplays().map(({ workArea }) => workArea),
      );
    },
    // synchronous, since the window is about to go
    save: (place) => {
      makeFolder(path.dirname(file));
      replaceFile(file, JSON.stringify(place));
    },
  };
}

/** Saves the window's place when it closes. */
export function rememberPlace(window: BrowserWindow, places: PlaceStore): void {
  window.on('close', () => {
    try {
      places.save({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      console.warn('The place of the window could not be saved.', error);
    }
  });
}
