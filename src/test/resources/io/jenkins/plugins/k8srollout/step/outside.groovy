node('agent') {
  writeFile file: 'web.yaml', text: 'kind: ConfigMap'
  try {
    k8sRollout manifests: '../secret.yaml'
  } catch (e) {
    echo "caught ${e.message}"
  }
}
k8sRollout manifests: 'web.yaml'
