import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Intent } from './intent.ts';
import { underWay } from './under-way.ts';

/** Promote the release that is under way: no more soak, no more waiting for a person. Its checks are not skipped. */
export const promote = (blueGreen: BlueGreen, named: string | undefined): Intent => {
  const { revision, rollback } = underWay(blueGreen, 'promote', named);
  const { spec, status } = blueGreen;
  const { decision } = spec;
  const isDone = decision?.action === 'Promote' && decision.revision === revision;
  return { change: { decision: { revision, action: 'Promote' } }, sentence: sentence(), isDone };

  function sentence(): string {
    if (rollback === true)
      return `${revision} is on its way back and goes live as soon as its pods are ready, as it would anyway`;
    const size = spec.preview?.replicas ?? spec.replicas;
    const grow = size < spec.replicas ? `is brought from ${size} to ${spec.replicas} pods and ` : '';
    const checks = hasChecks(blueGreen);
    if (status?.step.name === 'Soaking') {
      return `the soak ends now; ${revision} ${grow}goes live${checks ? ' when its checks have passed' : ''}`;
    }
    if (status?.step.name === 'AwaitingPromotion') return `${revision} ${grow}goes live now`;
    return `${revision} goes live as soon as its pods are ready${checks ? ' and its checks have passed' : ''}, without a soak and without waiting for a person`;
  }
};

const hasChecks = ({ spec }: BlueGreen): boolean => (spec.checks?.before ?? []).length > 0;
