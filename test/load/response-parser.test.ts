import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Response, ResponseParser, ResponseSyntaxError } from './response-parser.ts';

const lines = (...parts: string[]): string => parts.join('\r\n');

/** Feeds a text in pieces and tells the answer and at which piece it was complete. */
const parse = (text: string, cuts: number[] = []): { response: Response | undefined; parser: ResponseParser } => {
  const data = Buffer.from(text, 'latin1');
  const borders = [0, ...cuts.map((cut) => cut % (data.length + 1)).toSorted((a, b) => a - b), data.length];
  const parser = new ResponseParser();
  let response: Response | undefined;
  for (let i = 1; i < borders.length; i++) {
    response = parser.push(data.subarray(borders[i - 1], borders[i])) ?? response;
  }
  return { response, parser };
};

const sized = lines('HTTP/1.1 200 OK', 'X-Relevo-Revision: users-1', 'Content-Length: 5', '', 'hello');
const chunked = lines(
  'HTTP/1.1 200 OK',
  'Transfer-Encoding: chunked',
  '',
  '5;ext=1',
  'hello',
  'A',
  '\r\n\r\n012345',
  '0',
  'Trailer: x',
  '',
  '',
);
const empty = lines('HTTP/1.1 204 No Content', 'Connection: Keep-Alive, Close', '', '');
const interim = lines('HTTP/1.1 103 Early Hints', 'Link: <a>', '', sized);

describe('ResponseParser', () => {
  test('reads status and headers', () => {
    const { response, parser } = parse(sized);
    expect(response).toMatchObject({ status: 200, reusable: true });
    expect(response?.headers.get('x-relevo-revision')).toBe('users-1');
    expect(parser.bytes).toBe(sized.length);
  });

  test.each([
    ['a sized body', sized, 200, true],
    ['chunks and a trailer', chunked, 200, true],
    ['no body, and an announced close', empty, 204, false],
    ['an interim answer first', interim, 200, true],
    ['an empty body', lines('HTTP/1.1 503 Busy', 'content-length: 0', '', ''), 503, true],
    ['HTTP/1.0', lines('HTTP/1.0 200 OK', 'content-length: 2', '', 'ok'), 200, false],
    [
      'HTTP/1.0 that stays open',
      lines('HTTP/1.0 200 OK', 'Connection: keep-alive', 'content-length: 0', '', ''),
      200,
      true,
    ],
  ])('reads %s, however it is cut', (_, text, status, reusable) => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(parse(text, cuts).response).toMatchObject({ status, reusable });
        // Not a byte too early.
        expect(parse(text.slice(0, -1), cuts).response).toBeUndefined();
      }),
    );
  });

  test('a body without a length lasts until the end', () => {
    const { response, parser } = parse(lines('HTTP/1.1 200 OK', '', 'some', 'text'));
    expect(response).toBeUndefined();
    expect(parser.end()).toMatchObject({ status: 200, reusable: false });
  });

  test('an answer that is cut short is none', () => {
    const { parser } = parse(sized.slice(0, -1));
    expect(parser.end()).toBeUndefined();
  });

  test('bytes after the answer make the connection unusable', () => {
    expect(parse(`${sized}HTTP`).response).toMatchObject({ status: 200, reusable: false });
  });

  test.each(['SSH-2.0-OpenSSH\r\n', 'HTTP/1.1 OK\r\n', 'HTTP/1.1 200 OK\r\nno colon\r\n', 'HTTP/2 200\r\n'])(
    'refuses %j',
    (text) => {
      expect(() => parse(text)).toThrow(ResponseSyntaxError);
    },
  );

  test.each(['-1', '1e3', '5, 5', ''])('refuses Content-Length %j', (length) => {
    expect(() => parse(lines('HTTP/1.1 200 OK', `Content-Length: ${length}`, '', ''))).toThrow('Content-Length');
  });

  test('refuses a line without end', () => {
    expect(() => parse(`HTTP/1.1 200 ${'x'.repeat(70_000)}`)).toThrow('64 KiB');
  });
});
