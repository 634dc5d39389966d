{{- define "operator.name" -}}
{{ .Release.Name }}
{{- end }}

{{- define "operator.selector" -}}
app.kubernetes.io/name: relevo-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "operator.labels" -}}
{{ include "operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: relevo
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "operator.name" .) }}
{{- else -}}
{{ required "serviceAccount.name is missing: with serviceAccount.create=false write the name of a ServiceAccount that is there" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "operator.image" -}}
{{- $image := .Values.image -}}
{{- $repository := required "image.repository is missing: write where the operator's image is, for example --set image.repository=registry.example.com/relevo/operator" $image.repository -}}
{{- if $image.digest -}}
{{ $repository }}@{{ $image.digest }}
{{- else -}}
{{ $repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}
