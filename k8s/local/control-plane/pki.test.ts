import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ensurePki } from './pki.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'relevo-pki-'));
});
afterEach(() => rm(root, { recursive: true }));

const make = (servers: string[], signal = new AbortController().signal) =>
  ensurePki({
    dir: join(root, 'pki'),
    servers,
    serverUrl: 'https://127.0.0.1:6443',
    node: { name: 'relevo', ip: '10.0.0.2' },
    signal,
  });

const certificate = async (path: string) => new X509Certificate(await readFile(path));

test('every certificate is signed by the authority and names what it is for', async () => {
  const pki = await make(['127.0.0.1', 'localhost']);
  const ca = await certificate(pki.cert('ca'));
  expect(ca.ca).toBe(true);
  const server = await certificate(pki.cert('apiserver'));
  expect(server.verify(ca.publicKey)).toBe(true);
  expect(server.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
  const kubelet = await certificate(pki.cert('kubelet'));
  expect(kubelet.subject).toBe('O=system:nodes\nCN=system:node:relevo');
  expect(kubelet.checkIP('10.0.0.2')).toBe('10.0.0.2');
  expect(kubelet.serialNumber).not.toBe(server.serialNumber);
});

test('a kubeconfig carries its certificate and the URL', async () => {
  const pki = await make(['127.0.0.1']);
  const config = await readFile(pki.kubeconfig('admin'), 'utf8');
  const admin = await readFile(pki.cert('admin'));
  expect(JSON.parse(config)).toMatchObject({
    clusters: [{ cluster: { server: 'https://127.0.0.1:6443' } }],
    users: [{ user: { 'client-certificate-data': admin.toString('base64') } }],
  });
});

test('a second call finds the files made', async () => {
  const before = await readFile((await make(['127.0.0.1'])).cert('apiserver'), 'utf8');
  expect(await readFile((await make(['127.0.0.1'])).cert('apiserver'), 'utf8')).toBe(before);
});

test('other names make new certificates under the same authority and service-account key', async () => {
  const pki = await make(['127.0.0.1']);
  const lasting = () => Promise.all([pki.cert('ca'), pki.key('service-account')].map((path) => readFile(path, 'utf8')));
  const before = await lasting();
  await make(['10.0.0.1']);
  expect(await lasting()).toEqual(before);
  const server = await certificate(pki.cert('apiserver'));
  expect(server.checkIP('10.0.0.1')).toBe('10.0.0.1');
  expect(server.verify((await certificate(pki.cert('ca'))).publicKey)).toBe(true);
});

test('what an interrupted call left is not taken for complete', async () => {
  await expect(make(['127.0.0.1'], AbortSignal.abort())).rejects.toThrow('aborted');
  await writeFile(join(root, 'pki.new', 'ca.crt'), 'half a certificate');
  const pki = await make(['127.0.0.1']);
  expect((await certificate(pki.cert('ca'))).ca).toBe(true);
});

test('a crash in the middle of the replacement loses no authority', async () => {
  const pki = await make(['127.0.0.1']);
  const before = await readFile(pki.cert('ca'), 'utf8');
  await rename(pki.dir, `${pki.dir}.old`);
  await make(['10.0.0.1']);
  expect(await readFile(pki.cert('ca'), 'utf8')).toBe(before);
});
