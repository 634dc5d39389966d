/** Makes a value unchangeable, all the way down, so that a plan that writes into its snapshot is found out. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
};

/** What is made of an object, made once: objects of the model never change, and one is looked at very often. */
export const madeOnce = <From extends object, To>(make: (from: From) => To): ((from: From) => To) => {
  const made = new WeakMap<From, { to: To }>();
  return (from) => {
    const known = made.get(from);
    if (known !== undefined) return known.to;
    const to = freeze(make(from));
    made.set(from, { to });
    return to;
  };
};
