package io.jenkins.plugins.k8srollout.e2e;

import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.WatchListener;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler.Cancellable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The real cluster that the environment names. Tests that need it are skipped where there is none. */
public final class Testbed {
    private static final long PATIENCE_SECONDS = 120;

    private Testbed() {}

    public static boolean isThere() {
        String kubeconfig = System.getenv("KUBECONFIG");
        return kubeconfig != null && !kubeconfig.isEmpty();
    }

    /** Skips the test where no cluster is named. */
    public static ClusterAccess access() {
        assumeTrue("KUBECONFIG is not set", isThere());
        return ClusterAccess.kubeconfigFiles(List.of(Path.of(System.getenv("KUBECONFIG"))), "");
    }

    /** Skips the test where no registry is named. */
    public static String registry() {
        String registry = System.getenv("REGISTRY");
        assumeTrue("REGISTRY is not set", registry != null && !registry.isEmpty());
        return registry;
    }

    /** The name by digest of an image in the testbed's registry. */
    public static String pinned(String repository, String tag) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + registry() + "/v2/" + repository + "/manifests/" + tag))
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .header("Accept", "application/vnd.oci.image.index.v1+json")
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .build();
        try {
            HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
            return registry() + "/" + repository + "@" + ImageDigest.of(answer.body());
        } catch (IOException e) {
            throw new AssertionError("the registry does not answer", e);
        }
    }

    public static void awaitGone(ClusterPort cluster, ObjectRef ref) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        Cancellable watch = cluster.watch(one(ref), new Seen(object -> false, () -> gone.countDown(), ref));
        try {
            if (cluster.get(ref).isPresent() && !gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(ref + " is still there");
            }
        } finally {
            watch.cancel();
        }
    }

    /** Waits until an object is as wanted. */
    public static void await(ClusterPort cluster, ObjectRef ref, Predicate<KubeObject> wanted)
            throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        Cancellable watch = cluster.watch(one(ref), new Seen(wanted, reached::countDown, ref));
        try {
            if (!reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(ref + " did not come to be as wanted");
            }
        } finally {
            watch.cancel();
        }
    }

    private static Selection one(ObjectRef ref) {
        return new Selection(ref.apiVersion(), ref.kind(), ref.namespace(), "", "metadata.name=" + ref.name());
    }

    /** The program that takes parts of the testbed away; skips the test where there is none. */
    public static String faultProgram() {
        String command = System.getenv("TESTBED_FAULT");
        assumeTrue("TESTBED_FAULT does not name the testbed's fault program", command != null && !command.isEmpty());
        return command;
    }

    /**
     * Kills the API server, the registry or another part of the testbed, which comes back after some seconds by itself.
     * Returns once it is dead; skips the test where that is not possible.
     */
    public static void fault(String part, int seconds) throws IOException, InterruptedException {
        String command = faultProgram();
        Process process = new ProcessBuilder(command, part, String.valueOf(seconds), "--background")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new AssertionError(command + " " + part + " failed");
        }
    }

    private record Seen(Predicate<KubeObject> wanted, Runnable done, ObjectRef ref) implements WatchListener {
        @Override
        public void changed(KubeObject object) {
            if (wanted.test(object)) {
                done.run();
            }
        }

        @Override
        public void deleted(KubeObject object) {
            done.run();
        }

        @Override
        public void synced() {
            // what exists has been told
        }

        @Override
        public void failed(RuntimeException reason) {
            throw new AssertionError("the watch of " + ref + " failed", reason);
        }
    }
}
