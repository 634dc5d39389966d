import { readFile } from 'node:fs/promises';

/** One write request, as the API server's audit log tells of it. */
interface AuditEvent {
  verb: string;
  userAgent: string;
  requestURI: string;
  objectRef?: { namespace?: string; resource?: string; name?: string; subresource?: string };
  responseStatus?: { code?: number };
}

/** Every write that the operator asked for in a namespace, oldest first, as `patch deployments/web-blue`; dry runs too. */
export const operatorWrites = async (auditLog: string, namespace: string): Promise<string[]> => {
  const lines = (await readFile(auditLog, 'utf8')).split('\n').filter((line) => line.includes(`"${namespace}"`));
  return lines
    .map((line): AuditEvent => JSON.parse(line))
    .filter(({ userAgent, objectRef }) => userAgent.startsWith('relevo-operator') && objectRef?.namespace === namespace)
    .map(({ verb, objectRef: { resource = '', name = '', subresource } = {} }) => {
      const path = [resource, name, subresource].filter((part) => part !== undefined && part !== '').join('/');
      return `${verb} ${path}`;
    });
};
