// One node for all files of the cluster tier. Plain JavaScript because Jest does not transform this file; what it
// imports is TypeScript that Node reads by itself.
export default async () => {
  const { startTestNode } = await import('../cluster/test-node.ts');
  const { publishEnvironment } = await import('../cluster/environment.ts');
  const { installOperator } = await import('../cluster/operator.ts');
  const { signal } = new AbortController();
  const node = await startTestNode((line) => process.stderr.write(`${line}\n`), signal);
  globalThis.relevoTestNode = node;
  publishEnvironment(node.environment);
  await installOperator(signal);
};
