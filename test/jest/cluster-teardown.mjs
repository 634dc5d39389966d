export default async () => {
  await globalThis.relevoTestNode?.stop();
};
