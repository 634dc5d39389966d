import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Store, keyOf, parseKey } from './store.ts';
import type { Change } from './store.ts';

interface Thing {
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  colour: string;
}

const thing = (name: string, version: number, more: Partial<Thing> = {}): Thing => ({
  namespace: 'n',
  name,
  uid: `uid-${name}`,
  resourceVersion: String(version),
  colour: 'red',
  ...more,
});

const make = (): { store: Store<Thing>; changes: Change<Thing>[] } => {
  const store = new Store<Thing>({ colour: (view) => (view.colour === '' ? [] : view.colour.split(' ')) });
  const changes: Change<Thing>[] = [];
  store.subscribe((change) => changes.push(change));
  return { store, changes };
};

test('a key holds namespace and name', () => {
  expect(parseKey(keyOf({ namespace: 'a', name: 'b' }))).toEqual({ namespace: 'a', name: 'b' });
  expect(parseKey(keyOf({ namespace: '', name: 'b' }))).toEqual({ namespace: '', name: 'b' });
});

describe('indexes', () => {
  test('follow every change', () => {
    const { store } = make();
    store.replace([thing('a', 1), thing('b', 2, { colour: 'red blue' })], '2');
    const names = (colour: string): string[] => store.byIndex('colour', colour).map(({ name }) => name);
    expect(names('red')).toEqual(['a', 'b']);
    store.put(thing('a', 3, { colour: 'blue' }));
    expect(names('red')).toEqual(['b']);
    expect(names('blue')).toEqual(['b', 'a']);
    store.remove('n/b', '4');
    expect(names('red')).toEqual([]);
    expect(names('blue')).toEqual(['a']);
  });

  test('an unknown one is an error that names the known ones', () => {
    expect(() => make().store.byIndex('size', 'x')).toThrow('Expected one of the indexes colour, found size');
  });
});

describe('a list', () => {
  test('announces what appeared, changed and went', () => {
    const { store, changes } = make();
    const [a1, b2, a4, c5] = [thing('a', 1), thing('b', 2), thing('a', 4), thing('c', 5)];
    store.replace([a1, b2], '3');
    store.replace([a4, c5], '6');
    expect(changes).toEqual([{ new: a1 }, { new: b2 }, { old: a1, new: a4 }, { new: c5 }, { old: b2 }]);
    expect(store.lastSyncResourceVersion()).toBe('6');
  });

  test('announces nothing for what stayed', () => {
    const { store, changes } = make();
    store.replace([thing('a', 1)], '3');
    store.replace([thing('a', 1)], '9');
    expect(changes).toHaveLength(1);
  });

  test('announces a deletion and an addition when the object was made again under its name', () => {
    const { store, changes } = make();
    const [first, second] = [thing('a', 1), thing('a', 5, { uid: 'other' })];
    store.replace([first], '3');
    store.replace([second], '6');
    expect(changes).toEqual([{ new: first }, { old: first }, { new: second }]);
  });

  test('is believed wholly when the history of the server went back', () => {
    const { store } = make();
    store.replace([thing('a', 80), thing('b', 90)], '100');
    store.replace([thing('a', 10)], '20');
    expect(store.list()).toEqual([thing('a', 10)]);
    store.put(thing('a', 21, { colour: 'blue' }));
    expect(store.get('n/a')?.colour).toBe('blue');
  });

  test('of one namespace leaves the others alone', () => {
    const { store } = make();
    store.replace([thing('a', 1, { namespace: 'm' })], '9', 'm');
    store.replace([thing('a', 2)], '5', 'n');
    store.replace([], '6', 'n');
    expect(store.list().map(keyOf)).toEqual(['m/a']);
    store.assume(thing('b', 8));
    expect(store.get('n/b')).toBeDefined();
  });
});

test('an event that comes again late does not bring back what is gone, nor hide what came after', () => {
  const { store } = make();
  store.replace([], '1');
  store.put(thing('a', 5));
  store.remove('n/a', '6');
  store.put(thing('a', 5));
  expect(store.get('n/a')).toBeUndefined();
  store.put(thing('a', 7));
  store.remove('n/a', '6');
  expect(store.get('n/a')).toBeDefined();
});

describe('an assumed write', () => {
  test('is read at once, announced once, and outlives older news', () => {
    const { store, changes } = make();
    store.replace([thing('a', 1)], '1');
    store.assume(thing('a', 5, { colour: 'green' }));
    store.put(thing('a', 3, { colour: 'blue' }));
    store.put(thing('a', 5, { colour: 'green' }));
    expect(store.get('n/a')?.colour).toBe('green');
    expect(changes).toHaveLength(2);
    store.put(thing('a', 6, { colour: 'blue' }));
    expect(store.get('n/a')?.colour).toBe('blue');
  });

  test('outlives an older deletion, and not a newer one', () => {
    const { store } = make();
    store.replace([thing('a', 1)], '1');
    store.assume(thing('a', 5, { uid: 'again' }));
    store.remove('n/a', '4');
    expect(store.get('n/a')?.uid).toBe('again');
    store.remove('n/a', '7');
    expect(store.get('n/a')).toBeUndefined();
  });

  test('outlives an older list that does not know it', () => {
    const { store } = make();
    store.replace([], '1');
    store.assume(thing('a', 5));
    store.replace([], '4');
    expect(store.get('n/a')).toBeDefined();
    store.replace([], '6');
    expect(store.get('n/a')).toBeUndefined();
  });

  test('does not bring back what was deleted while its answer was on the way', () => {
    const { store } = make();
    store.replace([thing('a', 1)], '1');
    store.put(thing('a', 5));
    store.remove('n/a', '6');
    store.assume(thing('a', 5));
    expect(store.get('n/a')).toBeUndefined();
  });
});

test('whatever the order of answers, duplicates and lists, the store ends where the history ends and never goes back', () => {
  // A history of sets and deletions; the watch delivers it in order, with repetitions, and answers come at any time.
  const step = fc.record({
    name: fc.constantFrom('a', 'b'),
    remove: fc.boolean(),
    answerAfter: fc.nat(6),
    repeat: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.array(fc.nat(20)), (steps, lists) => {
      const { store, changes } = make();
      const truth = new Map<string, Thing>();
      const answers: { at: number; view: Thing }[] = [];
      let uids = 0;
      store.replace([], '1');
      for (const [index, { name, remove, answerAfter, repeat }] of steps.entries()) {
        const version = index + 2;
        const before = truth.get(name);
        const uid = before?.uid ?? `${name}-${(uids += 1)}`;
        const view = thing(name, version, { uid });
        const deliver = (): void => (remove ? store.remove(`n/${name}`, String(version)) : store.put(view));
        if (remove) truth.delete(name);
        else truth.set(name, view);
        if (!remove && answerAfter === 0) store.assume(view);
        if (!remove && answerAfter > 0) answers.push({ at: index + answerAfter, view });
        for (let times = 0; times <= repeat; times += 1) deliver();
        if (lists.includes(index)) store.replace(truth.values(), String(version));
        for (const answer of answers) if (answer.at === index) store.assume(answer.view);
      }
      for (const { view } of answers) store.assume(view);
      expect(new Map(store.list().map((view) => [view.name, view]))).toEqual(truth);
      // The announcements add up to the same, and each fits what was known before it.
      const mirror = new Map<string, Thing>();
      for (const { old, new: next } of changes) {
        const name = (old ?? next)?.name ?? '';
        expect(mirror.get(name)).toEqual(old);
        if (next === undefined) mirror.delete(name);
        else mirror.set(name, next);
      }
      expect(mirror).toEqual(truth);
    }),
  );
});
