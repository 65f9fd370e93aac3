# Every goal works on a fresh machine with a JDK 17 or newer and any Maven 3.
MVN := build/maven -B -ntp
ENGINE := $(MVN) -f standalone/pom.xml
FORMAT := $(MVN) -q -f format.xml spotless:apply
JAR := standalone/target/k8s-rollout.jar

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: verify
verify: ## everything that can be checked here: the full build where Jenkins resolves, else the engine build
	@build/verify

.PHONY: quick
quick: ## format, then the engine's tests
	$(FORMAT)
	$(ENGINE) -q test

.PHONY: format
format: ## format all Java code
	$(FORMAT)

$(JAR): standalone/pom.xml $(shell find src/main/java/io/jenkins/plugins/k8srollout/engine standalone/src/main -type f 2>/dev/null)
	$(ENGINE) -q package -DskipTests
	@touch $@

.PHONY: jar
jar: $(JAR) ## the command line, standalone/target/k8s-rollout.jar

.PHONY: demo
demo: $(JAR) ## release a sample application twice on a real cluster: the testbed's, or yours (KUBECONFIG and REGISTRY)
	@build/demo

.PHONY: e2e
e2e: $(JAR) ## tests that need a cluster and a registry: the testbed's, or yours (KUBECONFIG and REGISTRY)
	@build/e2e

.PHONY: bench
bench: $(JAR) ## all benchmarks, side by side with their peers
	@bench/run images
	@if [ -n "$$KUBECONFIG" ]; then bench/run tracking; else echo 'bench/run tracking is left out: KUBECONFIG is not set'; fi

.PHONY: run
run: ## Jenkins with this plugin on http://localhost:8080/jenkins/ (needs Jenkins' artifacts)
	$(MVN) -f pom.xml hpi:run

.PHONY: testbed-up
testbed-up: ## a real Kubernetes, registry and ingress controller on this Debian machine (as root)
	@testbed/up

.PHONY: testbed-down
testbed-down: ## end the testbed
	@testbed/down

.PHONY: clean
clean: ## remove what was built
	rm -rf target standalone/target bench/target
