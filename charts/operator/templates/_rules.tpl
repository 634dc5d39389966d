{{/* What the operator may do where BlueGreens live. No Secrets unless secrets.access says so. */}}
{{- define "operator.rules" -}}
- apiGroups: [relevo.dev]
  resources: [bluegreens]
  verbs: [get, list, watch]
- apiGroups: [relevo.dev]
  resources: [bluegreens/status]
  verbs: [update]
- apiGroups: [relevo.dev]
  resources: [configrollouts]
  verbs: [get, list, watch]
- apiGroups: [relevo.dev]
  resources: [configrollouts/status]
  verbs: [update]
# Where the admission plugin OwnerReferencesPermissionEnforcement runs, owning an object takes this.
- apiGroups: [relevo.dev]
  resources: [bluegreens/finalizers]
  verbs: [update]
# The slots. Create goes with patch: a server-side apply of a new object is a creation.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
# Those that have opted in to a ConfigRollout; only the names of ConfigMaps in their templates are changed.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, patch]
# The records of releases.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get, list, watch, create, patch, delete]
# Only their selectors.
- apiGroups: ['']
  resources: [services]
  verbs: [get, list, watch, patch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
# Read, and copied under another name; only copies are patched and deleted.
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
{{- if .Values.secrets.access }}
# The same as with ConfigMaps; of what they say it keeps a keyed hash.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
# The hand-over signal (an annotation), and the reason why a pod is not ready.
- apiGroups: ['']
  resources: [pods]
  verbs: [list, patch]
# The Jobs of checks, and the end of what they wrote.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, create, delete]
- apiGroups: ['']
  resources: [pods/log]
  verbs: [get]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
