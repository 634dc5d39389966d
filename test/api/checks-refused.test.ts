import { expect, test } from '@jest/globals';
import { BLUE_GREENS } from '../../operator/controllers/resources.ts';
import { specOf } from './blue-greens.ts';
import { sceneWithoutOperator, type Scene } from './scene.ts';

const http = { path: '/ready' };
const prometheus = { address: 'http://prometheus:9090', query: 'up', condition: 'value == 1' };
const job = { template: { spec: { template: { spec: { containers: [{ name: 'smoke', image: 'smoke:1' }] } } } } };
const labelled = (label: string) => ({
  template: { spec: { template: { metadata: { labels: { [label]: 'web' } }, spec: {} } } },
});

/** What the API server says to a BlueGreen with these checks. */
const answerTo = async (it: Scene, name: string, before: object[]): Promise<string> => {
  const spec = { ...specOf({}), checks: { before } };
  try {
    await it.objects.apply(BLUE_GREENS, name, { spec });
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test(
  'checks as a person writes them are taken, with every default filled in',
  sceneWithoutOperator(async (it) => {
    const before = [
      { name: 'answers', http },
      { name: 'smoke', job },
      { name: 'errors', prometheus },
      {
        name: 'admin',
        http: { path: '/a?b=%20', port: 'admin', method: 'POST', body: '{}', headers: [{ name: 'X-A', value: 'b' }] },
      },
      { name: 'number', http: { path: '/', port: 9090, expect: { statuses: ['200', '3xx'], bodyMatches: '^ok' } } },
    ];
    expect(await answerTo(it, 'web', before)).toBe('taken');
    expect((await it.blueGreen()).spec.checks).toMatchObject({
      before: [
        {
          name: 'answers',
          count: 1,
          intervalSeconds: 10,
          failuresAllowed: 0,
          inconclusiveAllowed: 5,
          http: { path: '/ready', scheme: 'HTTP', method: 'GET', headers: [], expect: { statuses: ['2xx'] } },
        },
        { name: 'smoke', job },
        { name: 'errors', prometheus },
        { name: 'admin' },
        { name: 'number' },
      ],
      after: { windowSeconds: 60, checks: [] },
    });
  }),
);

test(
  'case 24: a check that makes no sense is refused at apply with a message that says what to write',
  sceneWithoutOperator(async (it) => {
    const wrong: [string, object, string][] = [
      ['no kind', {}, 'write one of them'],
      ['two kinds', { http, prometheus }, 'must have exactly one of http, job and prometheus'],
      ['a name that is no label', { name: 'Error Rate', http }, 'for example error-rate'],
      ['a path without a slash', { http: { path: 'ready' } }, 'write for example /ready'],
      ['a port that is none', { http: { ...http, port: 70_000 } }, 'a number from 1 to 65535'],
      ['a port as text', { http: { ...http, port: '80:80' } }, 'a number from 1 to 65535'],
      ['a status that is none', { http: { ...http, expect: { statuses: ['ok'] } } }, "write '200' or '2xx'"],
      ['a body with GET', { http: { ...http, body: '{}' } }, 'write method: POST'],
      [
        'a body to match with HEAD',
        { http: { ...http, method: 'HEAD', expect: { bodyMatches: 'ok' } } },
        'write method: GET',
      ],
      ['a header of two lines', { http: { ...http, headers: [{ name: 'A', value: 'b\nc' }] } }, 'must be one line'],
      [
        'a header with a space',
        { http: { ...http, headers: [{ name: 'A B', value: 'c' }] } },
        'must be the name of a header',
      ],
      [
        'a condition without value',
        { prometheus: { ...prometheus, condition: '< 0.01' } },
        'write for example value < 0.01',
      ],
      [
        'a condition in per cent',
        { prometheus: { ...prometheus, condition: 'value < 1%' } },
        'write for example value < 0.01',
      ],
      [
        'an address without scheme',
        { prometheus: { ...prometheus, address: 'prometheus:9090' } },
        'write for example http://',
      ],
      [
        'an address with a query',
        { prometheus: { ...prometheus, address: 'http://p/?a=b' } },
        'write for example http://',
      ],
      ["Relevo's label on a Job's pod", { job: labelled('relevo.dev/bluegreen') }, 'leave it out'],
      [
        'a time to live of a Job',
        { job: { template: { spec: { ...job.template.spec, ttlSecondsAfterFinished: 1 } } } },
        'leave it out',
      ],
      ['a unit', { timeoutSeconds: '10s', http }, 'expected numeric'],
      ['no time', { timeoutSeconds: 0, http }, 'should be greater than or equal to 1'],
    ];
    for (const [what, check, message] of wrong) {
      const answer = await answerTo(it, 'web', [{ name: 'wrong', ...check }]);
      expect(`${what}: ${answer}`).toContain(message);
    }
    const twice = await answerTo(it, 'web', [
      { name: 'a', http },
      { name: 'a', http },
    ]);
    expect(twice).toMatch(/duplicate/i);
  }),
);
