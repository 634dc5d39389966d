import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { exchange, type Exchange } from '../../operator/checks/exchange.ts';

/** What a pod answers. */
export interface PodAnswer {
  status: number;
  body?: string;
}

export interface PodNetworkOptions {
  /** The pods that there are now. */
  pods: () => Promise<V1Pod[]>;
  answer: (pod: V1Pod) => PodAnswer;
}

/**
 * Stands in for the network between pods: a real HTTP server that answers for each pod at its own address. The pods of
 * the stand-in kubelet have addresses 10.x.y.z; here each is 127.x.y.z, because a Service takes no endpoint on loopback.
 */
export class PodNetwork implements AsyncDisposable {
  /** Names of the pods that were asked, in order. */
  readonly asked: string[] = [];
  answer: (pod: V1Pod) => PodAnswer;
  readonly #pods: () => Promise<V1Pod[]>;
  readonly #server: Server;

  private constructor({ pods, answer }: PodNetworkOptions) {
    this.#pods = pods;
    this.answer = answer;
    this.#server = createServer((request, response) => {
      this.#answer(request.socket.localAddress ?? '').then(
        ({ status, body }) => response.writeHead(status).end(body),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    });
  }

  static async open(options: PodNetworkOptions): Promise<PodNetwork> {
    const network = new PodNetwork(options);
    await new Promise<void>((resolve) => network.#server.listen(0, '0.0.0.0', resolve));
    return network;
  }

  /** To be that of the operator. */
  readonly exchange: Exchange = (request, signal) => {
    const url = new URL(request.url);
    if (!url.hostname.startsWith('10.')) return exchange(request, signal);
    const { port }: AddressInfo = Object(this.#server.address());
    url.hostname = url.hostname.replace(/^10\./, '127.');
    url.port = String(port);
    return exchange({ ...request, url }, signal);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(localAddress: string): Promise<PodAnswer> {
    const address = localAddress.replace(/^127\./, '10.');
    const pod = (await this.#pods()).find(({ status }) => status?.podIP === address);
    if (pod === undefined) throw new Error(`Expected a pod at ${address}`);
    this.asked.push(pod.metadata?.name ?? '');
    return this.answer(pod);
  }
}
