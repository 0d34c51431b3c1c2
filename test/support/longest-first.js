/**
 * Order of the test files: those with processes of their own first, for they wait for real minutes while the others keep the
 * processors busy; then the larger files. Without it a long one that begins last is waited for alone.
 */
import { statSync } from 'node:fs';

const weightOf = ({ path }) => (path.includes('/e2e/') ? 1e9 : 0) + statSync(path).size;

/** As jest wants it, whose own goes by durations that a fresh clone does not have. */
export default class LongestFirst {
  sort(tests) {
    const weights = new Map(tests.map((test) => [test, weightOf(test)]));
    return [...tests].sort((one, other) => (weights.get(other) ?? 0) - (weights.get(one) ?? 0));
  }

  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, at) => at % shardCount === shardIndex - 1);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
