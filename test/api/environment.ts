/** Where the control plane of this test run is; set by the global setup, read in Jest's workers. */
export interface Environment {
  kubeconfigPath: string;
  auditLog: string;
}

const KUBECONFIG = 'RELEVO_TEST_KUBECONFIG';
const AUDIT_LOG = 'RELEVO_TEST_AUDIT_LOG';

/** Hands the environment on to the workers. */
export const publishEnvironment = ({ kubeconfigPath, auditLog }: Environment): void => {
  process.env[KUBECONFIG] = kubeconfigPath;
  process.env[AUDIT_LOG] = auditLog;
};

/** The environment that the global setup made. */
export const readEnvironment = (): Environment => {
  const kubeconfigPath = process.env[KUBECONFIG];
  const auditLog = process.env[AUDIT_LOG];
  if (kubeconfigPath === undefined || auditLog === undefined) {
    throw new TypeError('Expected a control plane made by test/jest/api-setup.mjs; run npm test -- api');
  }
  return { kubeconfigPath, auditLog };
};
