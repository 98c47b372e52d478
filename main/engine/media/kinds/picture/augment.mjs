/**
 * Turns half of the pictures left to right, in place.
 *
 * @param {Uint8Array} item bytes [height, width, channels]
 * @param {import('@shared/specs').PictureSignal} signal
 * @param {{ flip: boolean }} augmentation
 * @param {number} bits what is random in this item of this step: 32 bits
 */
export function augmentPicture(item, { width, channels }, { flip }, bits) {
  if (!flip || (bits & 1) === 0) return;
  const rowBytes = width * channels;
  for (let row = 0; row < item.length; row += rowBytes) {
    for (let left = row, right = row + rowBytes - channels; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const kept = item[left + channel];
        item[left + channel] = item[right + channel];
        item[right + channel] = kept;
      }
    }
  }
}
