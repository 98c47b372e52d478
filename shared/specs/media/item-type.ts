/** How the values of items are stored, in packs and on pipes: bytes, or floating point. */
export const itemArrays = { u8: Uint8Array, f32: Float32Array } as const;
interface ItemArrays<Memory extends ArrayBufferLike> {
  u8: Uint8Array<Memory>;
  f32: Float32Array<Memory>;
}
export type ItemType = keyof typeof itemArrays;
export type ItemArray<
  D extends ItemType = ItemType,
  Memory extends ArrayBufferLike = ArrayBufferLike,
> = ItemArrays<Memory>[D];
