import { deploymentName, SLOTS } from '../../api/names.ts';
import { seenAt } from '../read/core-event.ts';
import type { CoreEvent } from '../read/core-event.ts';
import type { Reader } from '../read/reader.ts';
import { readFacts } from '../view/facts.ts';
import type { Facts } from '../view/facts.ts';
import { sentenceOf } from '../view/health.ts';
import { NAMED_COPY } from './causes/copy-taken.ts';
import type { Evidence } from './evidence.ts';

/** Reads all that explains where a BlueGreen is. */
export const readEvidence = async (reader: Reader, namespace: string, name: string, now: number): Promise<Evidence> => {
  const facts = await readFacts(reader, namespace, name);
  const { spec } = facts.blueGreen;
  const { active, preview } = spec.services;
  const copy = NAMED_COPY.exec(sentenceOf(facts.blueGreen, now) ?? '')?.groups?.['name'];
  const [activeService, previewService, inTheWay, events, leases] = await Promise.all([
    reader.service(namespace, active),
    preview === undefined ? undefined : reader.service(namespace, preview),
    copy === undefined ? undefined : reader.configMap(namespace, copy),
    reader.events(namespace),
    reader.operatorLeases(),
  ]);
  return {
    ...facts,
    now,
    services: {
      ...(activeService === undefined ? {} : { active: activeService }),
      ...(previewService === undefined ? {} : { preview: previewService }),
    },
    events: ownEvents(events, facts),
    leases,
    ...(inTheWay === undefined ? {} : { inTheWay }),
    unreadable: [...reader.unreadable],
  };
};

const ownEvents = (events: readonly CoreEvent[], { blueGreen, pods }: Facts): CoreEvent[] => {
  const name = blueGreen.metadata.name ?? '';
  const deployments = SLOTS.map((slot) => deploymentName(name, slot));
  const names = new Set([name, ...deployments, ...pods.map(({ metadata }) => metadata?.name)]);
  return events
    .filter(({ involvedObject: { kind, name: of = '' } }) =>
      kind === 'ReplicaSet' ? deployments.some((deployment) => of.startsWith(`${deployment}-`)) : names.has(of),
    )
    .toSorted((a, b) => seenAt(b) - seenAt(a));
};
