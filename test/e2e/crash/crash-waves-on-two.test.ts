// The same kills where a second service shares the database (apt-get install postgresql; without it the first is alone).
process.env.OOB_TEST_REPLICAS = '2';
process.env.OOB_CRASH_ROUNDS ??= '3';
await import('./crash-waves.test.ts');

export {};
