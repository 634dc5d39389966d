{{/* What one value alone cannot tell, so that the schema of the values cannot either. */}}
{{- define "service.checks" -}}
{{- $name := include "service.name" . }}
{{- if gt (len $name) 40 }}
{{- fail (printf "the name %q has %d characters: at most 40 are possible, because the names of pods are built from it; write a shorter one into name" $name (len $name)) }}
{{- end }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
{{- fail (printf "the name %q is not possible: use lower-case letters, digits and -, starting with a letter; write another one into name" $name) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas (%d) is above autoscaling.maxReplicas (%d): swap them" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.cpuPercent .Values.autoscaling.memoryPercent .Values.autoscaling.metrics)) }}
{{- fail "autoscaling has nothing to look at: write autoscaling.cpuPercent, autoscaling.memoryPercent or autoscaling.metrics" }}
{{- end }}
{{- range $key, $_ := .Values.config }}
{{- if hasKey $.Values.env $key }}
{{- fail (printf "%s is both in env and in config: the one in env would win; leave one out" $key) }}
{{- end }}
{{- end }}
{{- $ours := dict "PORT" "ports.http" "MANAGEMENT_PORT" "ports.management" "LAME_DUCK_SECONDS" "drain.lameDuckSeconds" "DRAIN_TIMEOUT_SECONDS" "drain.timeoutSeconds" }}
{{- range $key, $value := $ours }}
{{- if or (hasKey $.Values.env $key) (hasKey $.Values.config $key) }}
{{- fail (printf "%s is set by the chart: write %s instead, which other parts of it are computed from" $key $value) }}
{{- end }}
{{- end }}
{{- if eq (int .Values.ports.http) (int .Values.ports.management) }}
{{- fail (printf "ports.http and ports.management are both %d: write two different ports" (int .Values.ports.http)) }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs is missing: name the Gateway, for example [{ name: public, namespace: gateways }]" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.hosts is missing: write the host names that lead to this service, for example [users.example.com]" }}
{{- end }}
{{- end }}
