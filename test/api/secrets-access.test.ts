import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { SecretsMode } from '../../operator/api/bluegreen.ts';
import { findCondition } from '../../operator/api/conditions.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  PODS,
  SECRETS,
} from '../../operator/controllers/resources.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import { eventually } from './eventually.ts';
import { secretCopiesOf, untilContent } from './release-content.ts';
import { sceneWithoutOperator, stalled } from './scene.ts';
import { startWithAccess, withToken } from './secret-access.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };

test.each<SecretsMode>(['Restart', 'Pin'])(
  'secrets %s without access: stalled with the sentence, what serves stays, and healed when allowed',
  async (mode) => {
    await sceneWithoutOperator(async (it) => {
      const operator = await it.startOperator();
      await it.conceal('token', { TOKEN: 'secret' });
      await it.release(withToken('Follow'));
      await it.apply(withToken(mode, { image: 'ready:v2' }));
      const found = await it.until('to be Stalled', (bg) => stalled(bg) !== undefined);
      expect(stalled(found)).toMatchObject({ reason: 'SecretsNotAllowed' });
      expect(stalled(found)?.message).toContain('secrets.access=true');
      expect(found.status.step.waitingFor).toContain(`config.secrets is ${mode}`);
      expect(findCondition(found.status.conditions, 'ConfigSynced')?.reason).toBe('SecretsNotAllowed');
      expect(await it.behind('web')).toEqual(new Set(['ready:v1']));

      await it.stopOperator(operator);
      await startWithAccess(it);
      await it.serving('ready:v2');
      await untilContent(it, 'web.env.TOKEN', 'secret');
    })();
  },
);

test.each<SecretsMode>(['Restart', 'Pin'])(
  'secrets %s: what a Secret says is in no log, event, status or other object',
  async (mode) => {
    await sceneWithoutOperator(async (it) => {
      const logged: string[] = [];
      const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
      const start = () => it.startOperator(undefined, false, { secrets: { keyNamespace: it.namespace }, log });
      const operator = await start();
      const words = ['open-sesame-1', 'open-sesame-2'];
      await it.conceal('token', { TOKEN: words[0] ?? '' });
      await it.release(withToken(mode));
      await it.conceal('token', { TOKEN: words[1] ?? '' });
      await untilContent(it, 'web.env.TOKEN', words[1]);
      // A failure is told too: somebody else's Secret has the name of the copy that is lost. It gets there first only
      // while no operator runs.
      await it.stopOperator(operator);
      for (const { metadata } of await secretCopiesOf(it, 'token')) {
        await it.objects.delete(SECRETS, metadata?.name ?? '');
        await it.conceal(metadata?.name ?? '', { TOKEN: 'open-sesame-3' });
      }
      await start();
      await it.apply(withToken(mode, { image: 'ready:v2' }));
      if (mode === 'Pin') {
        await eventually(
          'the failure to be told',
          () => Promise.resolve(logged),
          (lines) => lines.some((line) => line.includes('COPY_TAKEN') || line.includes('an immutable copy with')),
        );
      } else await it.serving('ready:v2');

      const kinds = [BLUE_GREENS, CONTROLLER_REVISIONS, DEPLOYMENTS, CONFIG_MAPS, EVENTS, PODS];
      const objects = await Promise.all(kinds.map((kind) => it.objects.list<object>(kind)));
      const told = [...logged, ...objects.flat().map((object) => JSON.stringify(object))];
      expect(told.length).toBeGreaterThan(50);
      const secrets = ['open-sesame', ...words.map((word) => Buffer.from(word).toString('base64'))];
      for (const secret of [...secrets, Buffer.from('open-sesame-3').toString('base64')]) {
        expect(told.filter((text) => text.includes(secret))).toEqual([]);
      }
    })();
  },
);
