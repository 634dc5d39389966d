/** The object that an event is about. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Empty for cluster-scoped objects. */
  namespace: string;
  name: string;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

/** What happened, in words for people. */
export interface EventRecord {
  regarding: ObjectRef;
  type: 'Normal' | 'Warning';
  /** Why, as one CamelCase word. */
  reason: string;
  /** What was done, as one CamelCase word. */
  action: string;
  message: string;
}
