import { readFile } from 'node:fs/promises';
import type { Permission } from './permission.ts';

/** A request that somebody has made. */
export interface AuditedRequest extends Permission {
  /** Absent for a request about the whole cluster. */
  namespace?: string | undefined;
  isForbidden: boolean;
}

interface AuditEvent {
  verb: string;
  user: { username: string };
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
  annotations?: Record<string, string>;
}

/** What a user has asked of the API server, by its audit log. A watch is told there when it has ended. */
export const auditedRequests = async (auditLog: string, user: string): Promise<AuditedRequest[]> => {
  const lines = (await readFile(auditLog, 'utf8')).split('\n').filter((line) => line.includes(`"${user}"`));
  return lines
    .map((line): AuditEvent => JSON.parse(line))
    .filter((event) => event.user.username === user)
    .flatMap(requestsOf);
};

const requestsOf = ({ verb, objectRef = {}, responseStatus, annotations }: AuditEvent): AuditedRequest[] => {
  const { apiGroup = '', resource = '', subresource, namespace, name } = objectRef;
  const request = {
    verb,
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    name,
    namespace,
    isForbidden: annotations?.['authorization.k8s.io/decision'] === 'forbid' || responseStatus?.code === 403,
  };
  // An apply of an object that did not exist: the server asks for the right to create as well.
  const isCreation = verb === 'patch' && responseStatus?.code === 201;
  return isCreation ? [request, { ...request, verb: 'create', name: undefined }] : [request];
};
