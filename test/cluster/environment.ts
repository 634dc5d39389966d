import type { AppName } from '../../k8s/local/images/app-images.ts';

/** The node of this test run and what is in it; made by the global setup, read by the tests. */
export interface ClusterEnvironment {
  kubeconfigPath: string;
  /** Folder with kubectl and helm. */
  tools: string;
  /** The project's images: repository and tag. */
  images: Record<AppName, { repository: string; tag: string }>;
}

/** Another tag of the users image, for releases of another image. */
export const NEXT_TAG = 'next';

const VARIABLE = 'RELEVO_TEST_CLUSTER';

/** Hands the environment on to the tests. */
export const publishEnvironment = (environment: ClusterEnvironment): void => {
  process.env[VARIABLE] = JSON.stringify(environment);
};

/** The environment that the global setup made. */
export const readEnvironment = (): ClusterEnvironment => {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new TypeError('Expected a node made by the global setup; run npm test -- cluster');
  return JSON.parse(text);
};
