/**
 * Size of a picture in CSS pixels: the days, below them a row for each site. Twice as many in the file: 1024 pixels are the most that
 * Teams takes, so with all of the sites it is as high as it is wide.
 */
export const size = { width: 512, days: 236, sites: 44, site: 29 } as const;

/** Letters in CSS pixels. A phone shows the picture about 320 wide: 16 are 10 there. */
export const letters = { heading: 18, label: 16 } as const;

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
