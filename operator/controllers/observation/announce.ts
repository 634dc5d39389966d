import { API_VERSION } from '../../api/names.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { Announcement } from './events.ts';

/** Tells people what happened to a BlueGreen; it is never waited for. */
export const announce = (
  events: Pick<EventRecorder, 'record'>,
  { namespace, name, uid, resourceVersion }: CachedBlueGreen,
  announcement: Announcement,
): void => {
  const regarding = { apiVersion: API_VERSION, kind: 'BlueGreen', namespace, name, uid, resourceVersion };
  events.record({ regarding, action: 'Release', ...announcement });
};
