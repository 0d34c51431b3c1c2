/** Jest on native ES modules; TypeScript is stripped by swc, types are checked by `npm run check`. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.peers/', '<rootDir>/.oob/'],
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Twice the processors of a small machine: end-to-end tests wait for real minutes now and then.
  maxWorkers: 4,
  // Longer than the longest patience of what tests wait with (45 s), so that it is told who waited for what.
  testTimeout: 60_000,
  // A worker with hundreds of megabytes takes half a second to end on a busy machine, and jest would call that a leak.
  workerGracefulExitTimeout: 5_000,
};
