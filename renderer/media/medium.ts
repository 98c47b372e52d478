import type { Component } from 'vue';
import type { Items } from '@shared/contract';

/** What the page knows of a medium: how an item is shown, and the file that it is saved as. */
export interface PageMedium {
  /** An item, as large as its place; props `items`, `index` (0 without it) and `label`. */
  Thumbnail: Component<{ items: Items; index?: number; label: string }>;
  /** Ending of an item's file, without a dot, and its type. */
  extension: string;
  mime: string;
  /** Bytes of the file that one of the items is saved as. */
  encode(items: Items, index: number): Promise<Uint8Array>;
}
