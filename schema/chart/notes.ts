/** What Helm prints when it has installed the chart. */
export const NOTES = `Sluice {{ .Chart.AppVersion }} is installed in namespace {{ .Release.Namespace }}.

Wait for its controllers:

  kubectl rollout status deployment/sluice-controller -n {{ .Release.Namespace }}
{{- if .Values.gatewayClass.create }}

Then make a Gateway of class {{ .Values.gatewayClass.name }}, and see what becomes of it:

  kubectl apply -f - <<'END'
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: web, namespace: default }
  spec:
    gatewayClassName: {{ .Values.gatewayClass.name }}
    listeners: [{ name: http, port: 80, protocol: HTTP }]
  END
  kubectl get gateway web
{{- end }}

\`sluice status\` says on one page what is there, and who is unhappy and why.
`;
