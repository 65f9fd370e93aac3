node('agent') {
  writeFile file: 'web.yaml', text: """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: '@REGISTRY@/base/web:1'
          envFrom: [{configMapRef: {name: settings}}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  BUILD: 'build ${env.BUILD_NUMBER}'
"""
  def release = k8sRollout createNamespace: true, manifests: 'web.yaml', timeout: '5m', strategy: batches(count: 2, pause: 'first')
  echo "release ${release.outcome} ${release.number}"
}
