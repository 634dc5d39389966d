import TestSequencer from '@jest/test-sequencer';

/**
 * Files that take longest, mostly to wait. Begun last, one of them would be waited for with all other workers idle.
 * Jest itself knows only from an earlier run how long a file takes, and else goes by its size.
 */
const LONGEST = ['operator', 'api-server-away', 'privileges/least-privilege', 'rollouts/failures', 'rollouts/waves'];

const rankOf = ({ path }) => {
  const rank = LONGEST.findIndex((name) => path.endsWith(`/test/api/${name}.test.ts`));
  return rank === -1 ? LONGEST.length : rank;
};

/** The API tier's order. Plain JavaScript because Jest does not transform this file. */
export default class LongestFirst extends TestSequencer {
  async sort(tests) {
    const usual = await super.sort([...tests]);
    return usual.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
