import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Slot } from '../../api/names.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import type { Reader } from '../read/reader.ts';

/** What is read to show a BlueGreen. */
export interface Facts {
  blueGreen: BlueGreen;
  deployments: Partial<Record<Slot, V1Deployment>>;
  pods: V1Pod[];
  /** Newest first. */
  records: ControllerRevision[];
  /** Kinds that this person may not read. */
  unreadable: string[];
}

export const readFacts = async (reader: Reader, namespace: string, name: string): Promise<Facts> => {
  const blueGreen = await reader.blueGreen(namespace, name);
  const [deployments, pods, records] = await Promise.all([
    reader.deployments(namespace, name),
    reader.pods(namespace, name),
    reader.records(namespace, name),
  ]);
  return { blueGreen, deployments, pods, records, unreadable: [...reader.unreadable] };
};
