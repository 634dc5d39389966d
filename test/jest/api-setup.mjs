// One control plane for all files of the API tier. Plain JavaScript because Jest does not transform this file; what it
// imports is TypeScript that Node reads by itself.
export default async () => {
  const { startTestControlPlane } = await import('../api/test-control-plane.ts');
  const { publishEnvironment } = await import('../api/environment.ts');
  const controlPlane = await startTestControlPlane(new AbortController().signal, (line) =>
    process.stderr.write(`${line}\n`),
  );
  publishEnvironment(controlPlane);
  globalThis.relevoTestControlPlane = controlPlane;
};
