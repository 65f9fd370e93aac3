package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which cluster, as whom, in which namespace. */
final class ClusterOptions {
    private static final Path IN_CLUSTER_TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "default: $KUBECONFIG, then ~/.kube/config, then the pod's service account")
    Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "default: the kubeconfig's current context")
    String context;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "default: the context's namespace, then default")
    String namespace;

    /** Where to go; reads no cluster yet. */
    ClusterAccess access(Console console) {
        List<Path> files = kubeconfigFiles(console);
        boolean inPod = kubeconfig == null && files.stream().noneMatch(Files::exists) && Files.exists(IN_CLUSTER_TOKEN);
        if (inPod) {
            return ClusterAccess.inCluster();
        }
        if (files.stream().noneMatch(Files::exists)) {
            throw ReleaseException.refused(
                    "find the cluster",
                    String.join(", ", files.stream().map(Path::toString).toList()),
                    "there is no such kubeconfig file",
                    "Name one with --kubeconfig or in KUBECONFIG");
        }
        return ClusterAccess.kubeconfigFiles(files, context == null ? "" : context);
    }

    /**
     * The namespace asked for, or that of the context, as kubectl chooses.
     *
     * @param ofContext what the access brings
     */
    String namespace(Optional<String> ofContext) {
        return namespace != null ? namespace : ofContext.orElse("default");
    }

    private List<Path> kubeconfigFiles(Console console) {
        if (kubeconfig != null) {
            return List.of(kubeconfig);
        }
        String home = console.variable("HOME", System.getProperty("user.home"));
        String listed = console.variable("KUBECONFIG", home + "/.kube/config");
        return Stream.of(listed.split(File.pathSeparator)).map(Path::of).toList();
    }
}
