// The same attacks on two services that share a PostgreSQL (apt-get install postgresql; without it on one).
process.env.OOB_TEST_REPLICAS = '2';
await import('../strangers-and-text.test.ts');

export {};
