import type { Schema } from './structural.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string;
  type: 'string' | 'date' | 'integer';
  jsonPath: string;
  description?: string;
  /** Above 0: only with `-o wide`. */
  priority?: number;
}

/** A CustomResourceDefinition with one version. */
export interface Definition {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: {
    group: string;
    names: Record<'kind' | 'listKind' | 'plural' | 'singular', string> & { shortNames: string[]; categories: string[] };
    scope: 'Namespaced';
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      additionalPrinterColumns: PrinterColumn[];
      schema: { openAPIV3Schema: Schema };
      subresources: {
        status: Record<string, never>;
        scale?: Record<'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', string>;
      };
    }[];
  };
}
