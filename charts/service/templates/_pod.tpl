{{/* The pod template, for a BlueGreen as for a Deployment. */}}
{{- define "service.pod" -}}
metadata:
  labels:
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- include "service.selector" . | nindent 4 }}
  {{- $annotations := .Values.podAnnotations }}
  {{- if .Values.config }}
  {{- /* A Deployment has to be told that its ConfigMap changed. Relevo sees it by itself, but helm --wait looks at the
         BlueGreen at once and must not find it unchanged. */}}
  {{- $annotations = merge (dict "checksum/config" (toYaml .Values.config | sha256sum)) $annotations }}
  {{- end }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "service.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add .Values.drain.lameDuckSeconds .Values.drain.timeoutSeconds .Values.drain.marginSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.initContainers }}
  initContainers: {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ include "service.name" . }}
      image: {{ include "service.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      terminationMessagePolicy: FallbackToLogsOnError
      {{- with .Values.command }}
      command: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.args }}
      args: {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        - { name: PORT, value: {{ .Values.ports.http | int | quote }} }
        - { name: MANAGEMENT_PORT, value: {{ .Values.ports.management | int | quote }} }
        - { name: LAME_DUCK_SECONDS, value: {{ .Values.drain.lameDuckSeconds | int | quote }} }
        - { name: DRAIN_TIMEOUT_SECONDS, value: {{ .Values.drain.timeoutSeconds | int | quote }} }
        {{- range $name, $value := .Values.env }}
        - name: {{ $name }}
          {{- if kindIs "map" $value }}
          {{- toYaml $value | nindent 10 }}
          {{- else }}
          value: {{ include "service.text" $value | quote }}
          {{- end }}
        {{- end }}
      {{- if or .Values.config .Values.envFrom }}
      envFrom:
        {{- if .Values.config }}
        - configMapRef: { name: {{ include "service.configName" . }} }
        {{- end }}
        {{- with .Values.envFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        - { name: http, containerPort: {{ .Values.ports.http | int }}, protocol: TCP }
        - { name: management, containerPort: {{ .Values.ports.management | int }}, protocol: TCP }
      {{- range $kind, $probe := dict "startupProbe" .Values.probes.startup "readinessProbe" .Values.probes.ready "livenessProbe" .Values.probes.live }}
      {{- with $probe }}
      {{ $kind }}:
        httpGet: { path: {{ .path | quote }}, port: management }
        {{- toYaml (omit . "path") | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with .Values.resources }}
      resources: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.securityContext }}
      securityContext: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.volumeMounts }}
      volumeMounts: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- with .Values.sidecars }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.volumes }}
  volumes: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
