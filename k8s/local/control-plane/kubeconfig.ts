/** What a kubeconfig says; the three PEM texts go into the file itself, so that it can be moved. */
export interface KubeconfigParts {
  serverUrl: string;
  ca: string;
  user: string;
  certificate: string;
  key: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The text of a kubeconfig with one cluster, one user and one context. */
export const kubeconfig = ({ serverUrl, ca, user, certificate, key }: KubeconfigParts): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'relevo', cluster: { server: serverUrl, 'certificate-authority-data': base64(ca) } }],
      users: [{ name: user, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
      contexts: [{ name: 'relevo', context: { cluster: 'relevo', user } }],
      'current-context': 'relevo',
    },
    undefined,
    2,
  )}\n`;
