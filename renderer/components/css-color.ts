const context = (() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  return canvas.getContext('2d', { willReadFrequently: true });
})();

/** A CSS custom property as a plain sRGB string that a canvas understands; themes write colours in other spaces. */
export function cssColor(name: string, alpha = 1): string {
  const raw = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  if (!context || !raw) return `rgba(136,136,136,${alpha})`;
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = '#888';
  context.fillStyle = raw;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${alpha})`;
}
