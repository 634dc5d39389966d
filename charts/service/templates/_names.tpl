{{- define "service.name" -}}
{{ .Values.name | default .Release.Name }}
{{- end }}

{{- define "service.previewName" -}}
{{ include "service.name" . }}-preview
{{- end }}

{{- define "service.configName" -}}
{{ include "service.name" . }}-config
{{- end }}

{{/* On pods too, so nothing here may change between two versions of the chart or of the app: that would be a release. */}}
{{- define "service.selector" -}}
app.kubernetes.io/name: {{ include "service.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "service.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "service.name" .) }}
{{- else -}}
{{ required "serviceAccount.name is missing: with serviceAccount.create=false write the name of a ServiceAccount that is there" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- define "service.image" -}}
{{- $image := .Values.image -}}
{{- $repository := required "image.repository is missing: write where the image of the service is, for example --set image.repository=registry.example.com/users" $image.repository -}}
{{- if $image.digest -}}
{{ $repository }}@{{ $image.digest }}
{{- else -}}
{{ $repository }}:{{ $image.tag | default "latest" }}
{{- end -}}
{{- end }}

{{/* A value as text. Helm reads every number as a float and would print 1000000 as 1e+06. */}}
{{- define "service.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{ printf "%.0f" . }}
{{- else -}}
{{ . | toString }}
{{- end -}}
{{- end }}

{{/* What releases the service, as the target of an autoscaler. */}}
{{- define "service.scaleTarget" -}}
apiVersion: {{ eq .Values.kind "BlueGreen" | ternary "relevo.dev/v1beta1" "apps/v1" }}
kind: {{ .Values.kind }}
name: {{ include "service.name" . }}
{{- end }}

{{/*
The line `replicas: N`, or nothing where the number is the autoscaler's. When an autoscaler is turned on, Helm gives up
the field, and would so reset it to 1 until the autoscaler has looked; so it is kept as it is until somebody has scaled.
*/}}
{{- define "service.replicas" -}}
{{- if not .Values.autoscaling.enabled -}}
replicas: {{ .Values.replicas | int }}
{{- else -}}
{{- $target := include "service.scaleTarget" . | fromYaml -}}
{{- $live := lookup $target.apiVersion $target.kind .Release.Namespace $target.name -}}
{{- if $live -}}
{{- $scaled := false -}}
{{- range $live.metadata.managedFields -}}
{{- if eq (.subresource | default "") "scale" -}}
{{- $scaled = true -}}
{{- end -}}
{{- end -}}
{{- if not $scaled -}}
replicas: {{ $live.spec.replicas | int }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
