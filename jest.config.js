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
  testTimeout: 30_000,
};
