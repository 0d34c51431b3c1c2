/** Size of a picture in CSS pixels. Twice as many in the file: 1024 pixels are the most that Teams takes. */
export const size = { width: 512, height: 248 } as const;

/** Pixels of the file per CSS pixel. */
export const pixelDensity = 2;

/** How much fits legibly. */
export const shown = { days: 31, dayLabels: 5, sites: 8, siteChars: 14 } as const;

/** Names under which the fonts are registered; bold by name, for the canvas finds weights by family only. */
export const chartFont = 'Oob Sans';
export const chartFontBold = 'Oob Sans Bold';

/**
 * Colours, told apart by those who see no red and green too: blue and orange differ in lightness (Okabe and Ito, "Color Universal
 * Design"). Text on the ground has a contrast over 7:1.
 */
export const paint = {
  ground: '#f8f9fb',
  text: '#1d2433',
  quiet: '#4c566a',
  line: '#d9dee7',
  on: '#1f6fb2',
  notOn: '#e69f00',
} as const;

/** CSS pixels in pixels of the file. */
export const px = (cssPixels: number): number => cssPixels * pixelDensity;
