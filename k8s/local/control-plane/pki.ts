import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasErrno } from '../process/errno.ts';
import { kubeconfig } from './kubeconfig.ts';

/** Who gets a client certificate and a kubeconfig. `kubelet` only where a node is given. */
export type PkiUser = 'admin' | 'controller-manager' | 'scheduler' | 'kubelet' | 'kube-proxy';

/** What the certificates are made for. */
export interface PkiOptions {
  /** Folder that holds the files; made when it is missing. */
  dir: string;
  /** IP addresses and DNS names that the API server is reached by. */
  servers: readonly string[];
  /** URL of the API server in the kubeconfigs. */
  serverUrl: string;
  /** The node whose kubelet gets a certificate. */
  node?: { name: string; ip: string };
  signal: AbortSignal;
}

/** Where the files are. */
export interface Pki {
  dir: string;
  /** `ca`, `apiserver`, `front-proxy` and each user. */
  cert(name: string): string;
  key(name: string): string;
  kubeconfig(user: PkiUser): string;
  /** Public half of the key that signs service-account tokens; its private half is `key('service-account')`. */
  serviceAccountPublicKey: string;
}

/** A certificate could not be made. */
export class PkiError extends Error {
  readonly code = 'PKI_FAILED';
  override readonly name = 'PkiError';
}

const DAYS = '3650';
const STAMP = 'complete.json';
const run = promisify(execFile);

// Node can make keys but no certificates, and openssl is on every system that could run a node.
const openssl = async (args: readonly string[], signal: AbortSignal): Promise<void> => {
  try {
    await run('openssl', args, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new PkiError(
      hasErrno(error, 'ENOENT')
        ? 'Expected the program openssl on the PATH, found none: install the package openssl'
        : `Expected openssl ${args[0] ?? ''} to make a certificate, it failed: ${String(error)}`,
      { cause: error },
    );
  }
};

const writeKeyPair = async (dir: string, name: string): Promise<void> => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(dir, `${name}.key`), privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(dir, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
};

const writeAuthority = async (dir: string, signal: AbortSignal): Promise<void> => {
  await writeKeyPair(dir, 'ca');
  const at = (suffix: string) => join(dir, `ca.${suffix}`);
  // The name tells two clusters' authorities apart, for clients that look issuers up by name.
  const subject = `/CN=relevo-ca-${randomBytes(4).toString('hex')}`;
  await openssl(
    ['req', '-x509', '-new', '-key', at('key'), '-subj', subject, '-days', DAYS, '-out', at('crt')],
    signal,
  );
};

interface Leaf {
  name: string;
  subject: string;
  names: readonly string[];
}

const writeLeaf = async (dir: string, { name, subject, names }: Leaf, signal: AbortSignal): Promise<void> => {
  await writeKeyPair(dir, name);
  const at = (suffix: string) => join(dir, `${name}.${suffix}`);
  const alternatives = names.map((entry) => `${isIP(entry) === 0 ? 'DNS' : 'IP'}:${entry}`).join(',');
  const extensions = [
    'keyUsage=digitalSignature',
    'extendedKeyUsage=clientAuth,serverAuth',
    ...(alternatives === '' ? [] : [`subjectAltName=${alternatives}`]),
  ];
  await writeFile(at('ext'), extensions.join('\n'));
  await openssl(['req', '-new', '-key', at('key'), '-subj', subject, '-out', at('csr')], signal);
  const authority = ['-CA', join(dir, 'ca.crt'), '-CAkey', join(dir, 'ca.key')];
  // Own serial numbers: with -CAcreateserial, certificates made side by side would get the same one.
  const serial = ['-set_serial', `0x${randomBytes(15).toString('hex')}`];
  const files = ['-in', at('csr'), '-extfile', at('ext'), '-out', at('crt')];
  await openssl(['x509', '-req', ...authority, ...serial, '-days', DAYS, ...files], signal);
  await Promise.all([rm(at('ext')), rm(at('csr')), rm(at('pub'))]);
};

const leaves = ({ servers, node }: PkiOptions): Leaf[] => [
  { name: 'apiserver', subject: '/CN=kube-apiserver', names: servers },
  { name: 'admin', subject: '/O=system:masters/CN=admin', names: [] },
  { name: 'controller-manager', subject: '/CN=system:kube-controller-manager', names: ['localhost', '127.0.0.1'] },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler', names: ['localhost', '127.0.0.1'] },
  { name: 'kube-proxy', subject: '/CN=system:kube-proxy', names: [] },
  { name: 'front-proxy', subject: '/CN=front-proxy-client', names: [] },
  ...(node === undefined
    ? []
    : [{ name: 'kubelet', subject: `/O=system:nodes/CN=system:node:${node.name}`, names: [node.name, node.ip] }]),
];

const writeKubeconfigs = async (dir: string, { serverUrl, node }: PkiOptions): Promise<void> => {
  const read = (name: string) => readFile(join(dir, name), 'utf8');
  const users: PkiUser[] = ['admin', 'controller-manager', 'scheduler', 'kube-proxy'];
  if (node !== undefined) users.push('kubelet');
  for (const user of users) {
    const [ca, certificate, key] = await Promise.all([read('ca.crt'), read(`${user}.crt`), read(`${user}.key`)]);
    const text = kubeconfig({ serverUrl, ca, user, certificate, key });
    await writeFile(join(dir, `${user}.kubeconfig`), text, { mode: 0o600 });
  }
};

const readStamp = async (dir: string): Promise<string | undefined> => {
  try {
    return await readFile(join(dir, STAMP), 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
};

/**
 * Makes the certificates and kubeconfigs of a control plane, or finds them made. All files appear at once, so a crash
 * leaves nothing half-done. With other names or another URL the certificates are made anew, but the authority and the
 * service-account key stay, so that what they signed earlier stays valid.
 */
export const ensurePki = async (options: PkiOptions): Promise<Pki> => {
  const { dir, servers, serverUrl, node, signal } = options;
  const pki: Pki = {
    dir,
    cert: (name) => join(dir, `${name}.crt`),
    key: (name) => join(dir, `${name}.key`),
    kubeconfig: (user) => join(dir, `${user}.kubeconfig`),
    serviceAccountPublicKey: join(dir, 'service-account.pub'),
  };
  const stamp = JSON.stringify({ servers, serverUrl, node });
  const [fresh, old] = [`${dir}.new`, `${dir}.old`];
  // A crash between the two renames below leaves only the old folder.
  if ((await readStamp(dir)) === undefined && (await readStamp(old)) !== undefined) await rename(old, dir);
  const found = await readStamp(dir);
  if (found === stamp) return pki;

  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  if (found === undefined) {
    await writeAuthority(fresh, signal);
    await writeKeyPair(fresh, 'service-account');
  } else {
    const lasting = ['ca.crt', 'ca.key', 'ca.pub', 'service-account.key', 'service-account.pub'];
    await Promise.all(lasting.map((name) => cp(join(dir, name), join(fresh, name))));
  }
  await Promise.all(leaves(options).map((leaf) => writeLeaf(fresh, leaf, signal)));
  await writeKubeconfigs(fresh, options);
  await writeFile(join(fresh, STAMP), stamp);

  await rm(old, { recursive: true, force: true });
  if (found === undefined) await rm(dir, { recursive: true, force: true });
  else await rename(dir, old);
  await rename(fresh, dir);
  await rm(old, { recursive: true, force: true });
  return pki;
};
