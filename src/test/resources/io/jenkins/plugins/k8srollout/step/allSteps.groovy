node('agent') {
  writeFile file: 'Dockerfile', text: '''\
FROM @REGISTRY@/base/web:1
COPY index.html /app/
ENV VERSION=7
'''
  writeFile file: 'index.html', text: 'Hello from a Pipeline'
  writeFile file: 'deploy/web.yaml', text: '''\
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
          image: @REGISTRY@/base/web:1
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: traefik
  rules:
    - host: localhost
      http:
        paths:
          - path: /
            pathType: Exact
            backend: {service: {name: web, port: {number: 80}}}
'''
  def image = buildImage image: '@REGISTRY@/@NAMESPACE@/web', tags: ["v${env.BUILD_NUMBER}", 'latest']
  echo "image ${image.pinned} ${image.tags} ${image.digest} ${image.size > 0} ${image.builder}"
  def release = k8sRollout cluster: 'testbed', createNamespace: true, manifests: 'deploy/', images: [web: image.pinned], timeout: '2m'
  echo "release ${release.outcome} ${release.images.web == image.pinned} ${release.changed.size()}"
  def again = k8sRollout manifests: ['deploy/web.yaml'], images: [web: image.pinned]
  echo "again ${again.outcome} ${again.changed.size()}"
  def affinity = configureIngressAffinity ingress: 'web', cookie: 'route', verify: 'http://localhost:@INGRESS_PORT@/'
  echo "affinity ${affinity.controller} ${affinity.changed} ${affinity.pods.size()}"
  def health = waitHealthy timeout: '1m', http: 'http://localhost:@INGRESS_PORT@/', httpBody: 'Hello from a Pipeline'
  echo "health ${health.objects.size()} ${health.seconds < 60}"
}
