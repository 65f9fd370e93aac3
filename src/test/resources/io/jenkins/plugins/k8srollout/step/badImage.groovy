node('agent') {
  writeFile file: 'web.yaml', text: '''\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
'''
  def good = k8sRollout createNamespace: true, manifests: 'web.yaml'
  echo "good ${good.outcome}"
}
// no workspace is needed for an image alone
try {
  k8sRollout workload: 'deployment/web', images: [web: '@REGISTRY@/base/web:no-such-tag']
} catch (e) {
  echo "caught ${e.message}"
}
waitHealthy workloads: ['deployment/absent'], timeout: '1m'
