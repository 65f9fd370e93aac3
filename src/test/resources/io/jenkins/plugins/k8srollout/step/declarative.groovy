pipeline {
  agent { label 'agent' }
  stages {
    stage('Files') {
      steps {
        writeFile file: 'app/Dockerfile', text: 'FROM @REGISTRY@/base/web:1\nENV VERSION=8\n'
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
          - path: /healthz
            pathType: Exact
            backend: {service: {name: web, port: {number: 80}}}
'''
      }
    }
    stage('Image') {
      steps {
        script {
          image = buildImage image: '@REGISTRY@/@NAMESPACE@/web', tags: ["v${BUILD_NUMBER}"], context: 'app', buildArgs: [UNUSED: '1'], registry: 'testbed'
        }
      }
    }
    stage('Release') {
      steps {
        k8sRollout cluster: 'testbed', namespace: '@NAMESPACE@', manifests: 'deploy/', images: [web: image.pinned], createNamespace: true,
                   strategy: 'rolling', onFailure: 'rollback'
      }
    }
    stage('Sessions') {
      steps {
        configureIngressAffinity cluster: 'testbed', namespace: '@NAMESPACE@', ingress: 'web', cookie: 'route', mode: 'persistent', secure: false
      }
    }
    stage('Healthy') {
      steps {
        waitHealthy cluster: 'testbed', namespace: '@NAMESPACE@', workloads: ['deployment/web'], http: 'http://localhost:@INGRESS_PORT@/healthz'
        script {
          def health = waitHealthy(cluster: 'testbed', workloads: 'deployment/web', stableFor: '1s')
          echo "released healthy ${health.objects}"
        }
      }
    }
  }
}
