/** The API group of all of Relevo's resources. */
export const GROUP = 'relevo.dev';
/** The version that is served and stored. */
export const VERSION = 'v1beta1';
/** `apiVersion` of all of Relevo's resources. */
export const API_VERSION = `${GROUP}/${VERSION}`;
/** The name under which every server-side apply of the operator is recorded. */
export const FIELD_MANAGER = 'relevo-operator';

/** The Secret that holds the key of the hashes of Secrets, in the operator's own namespace. */
export const SECRET_KEY_NAME = 'relevo-operator-secret-key';

/** On pods, Deployments, config copies and records: the BlueGreen that they belong to. */
export const LABEL_BLUEGREEN = `${GROUP}/bluegreen`;
/** On pods and Deployments: `blue` or `green`. */
export const LABEL_SLOT = `${GROUP}/slot`;
/** On pods and Deployments: the name of the revision. */
export const LABEL_REVISION = `${GROUP}/revision`;
/** On config copies: the name of the ConfigMap that was copied. */
export const LABEL_COPY_OF = `${GROUP}/copy-of`;
/** On the Jobs of checks: the check's name. */
export const LABEL_CHECK = `${GROUP}/check`;
/** On the Jobs of checks: which measurement it is. */
export const ANNOTATION_MEASUREMENT = `${GROUP}/measurement`;
/**
 * On a slot's Deployment: which switch last chose this slot. It fences writers that have not heard of that switch. Not an
 * annotation, because a new annotation counts as a new spec of a Deployment: until its controller has seen that, the
 * slot would not count as whole, just when the switch needs it to be.
 */
export const LABEL_CLAIM = `${GROUP}/claim`;

/** On pods: their Traffic; the chassis reads it from a downward-API volume (the hand-over signal). */
export const ANNOTATION_TRAFFIC = `${GROUP}/traffic`;

/**
 * What a pod is told of its traffic. A pod that is `leaving` still serves, and is about to lose its traffic; one that is
 * `retired` has lost it. Both close each connection after an answer.
 */
export type Traffic = 'active' | 'leaving' | 'retired';

/** On the active Service: the last switch that was made, or given up. It fences writers that know of older ones only. */
export const ANNOTATION_FENCE = `${GROUP}/fence`;

/** On Deployments and StatefulSets: the ConfigRollout that they are consumers of. Teams write it, to opt in. */
export const ANNOTATION_CONFIG_ROLLOUT = `${GROUP}/config-rollout`;
/** On the same: what their references were changed to, as JSON from the original's name to the copy's. Relevo's own. */
export const ANNOTATION_CONFIG_COPIES = `${GROUP}/config-copies`;

/** The downward-API volume that the operator adds to every pod. */
export const POD_INFO_VOLUME = 'relevo-pod-info';
/** Where the pod-info volume is mounted: files `traffic`, `revision` and `slot`. */
export const POD_INFO_PATH = '/run/relevo';

/**
 * The longest name of a BlueGreen. A pod is called `<name>-green-<10 characters>-<5 characters>`, and a pod's name
 * should stay within the 63 characters of a DNS label.
 */
export const MAX_NAME_LENGTH = 40;

/** The two slots. */
export const SLOTS = ['blue', 'green'] as const;
/** One of the two places that a revision can run in; each is one Deployment. */
export type Slot = (typeof SLOTS)[number];

/** The other slot. */
export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');

/** The name of a slot's Deployment. */
export const deploymentName = (bluegreen: string, slot: Slot): string => `${bluegreen}-${slot}`;

/** The selector of a Service that one revision serves. */
export const revisionSelector = (bluegreen: string, revision: string): Record<string, string> => ({
  [LABEL_BLUEGREEN]: bluegreen,
  [LABEL_REVISION]: revision,
});

/** The selector of a Service that both slots serve, for the time of an overlap. */
export const bothSelector = (bluegreen: string): Record<string, string> => ({ [LABEL_BLUEGREEN]: bluegreen });
