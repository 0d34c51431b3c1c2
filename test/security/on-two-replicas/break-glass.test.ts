// The same attacks on two services that share a PostgreSQL (apt-get install postgresql; without it on one).
process.env.OOB_TEST_REPLICAS = '2';
await import('../break-glass.test.ts');

export {};
