node('agent') {
  writeFile file: 'slow.yaml', text: '''\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: slow
spec:
  selector:
    matchLabels: {app: slow}
  template:
    metadata:
      labels: {app: slow}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: '@REGISTRY@/base/web:1'
          env: [{name: START_DELAY, value: '40'}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1, failureThreshold: 300}
'''
  def release = k8sRollout createNamespace: true, manifests: 'slow.yaml', timeout: "5m"
  echo "release ${release.outcome}"
}
