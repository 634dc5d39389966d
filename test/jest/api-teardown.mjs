export default async () => {
  await globalThis.relevoTestControlPlane?.stop();
};
