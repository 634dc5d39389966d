import type { IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { readLines } from '../../operator/runtime/body.ts';
import { ConnectionError } from '../../operator/runtime/errors.ts';

/** Which container's log. */
export interface PodLog {
  namespace: string;
  pod: string;
}

const open = (server: URL, options: RequestOptions, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = https.get(server, { ...options, signal }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      const found = new Error(`Expected the log, found status ${response.statusCode}`);
      return reject(new ConnectionError(`GET ${server.pathname}`, found));
    });
    request.on('error', (error) => reject(new ConnectionError(`GET ${server.pathname}`, error)));
  });

/**
 * The lines of a pod's log from its beginning, for as long as the connection and the container last. Throws
 * ConnectionError when there is none, or when it is cut. Own code because the client library's log class loads all of
 * the library.
 */
export async function* followPodLog(
  kubeConfig: KubeConfig,
  { namespace, pod }: PodLog,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const server = new URL(kubeConfig.getCurrentCluster()?.server ?? '');
  server.pathname = `${server.pathname.replace(/\/$/, '')}/api/v1/namespaces/${namespace}/pods/${pod}/log`;
  server.search = '?follow=true';
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  yield* readLines(await open(server, options, signal), `GET ${server.pathname}`, signal);
}
