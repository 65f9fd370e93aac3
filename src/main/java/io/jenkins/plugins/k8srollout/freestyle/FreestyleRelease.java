package io.jenkins.plugins.k8srollout.freestyle;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.run.AffinityParameters;
import io.jenkins.plugins.k8srollout.run.AffinityWork;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.Expanded;
import io.jenkins.plugins.k8srollout.run.FailureMessages;
import io.jenkins.plugins.k8srollout.run.HealthWork;
import io.jenkins.plugins.k8srollout.run.ImageParameters;
import io.jenkins.plugins.k8srollout.run.ImageResult;
import io.jenkins.plugins.k8srollout.run.ImageVariables;
import io.jenkins.plugins.k8srollout.run.ImageWork;
import io.jenkins.plugins.k8srollout.run.LogMask;
import io.jenkins.plugins.k8srollout.run.ReleaseAction;
import io.jenkins.plugins.k8srollout.run.ReleaseEntry.Kind;
import io.jenkins.plugins.k8srollout.run.ReleaseParameters;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import io.jenkins.plugins.k8srollout.run.ReleaseWork;
import io.jenkins.plugins.k8srollout.run.Released;
import io.jenkins.plugins.k8srollout.run.WaitParameters;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The parts of one freestyle build step, one after the other on the build's own thread: it holds its executor anyway, and
 * nothing more. An abort interrupts that thread and ends the engine's work.
 */
final class FreestyleRelease {
    private final Run<?, ?> build;
    private final FilePath workspace;
    private final EnvVars variables;
    private final TaskListener listener;
    private String repository = "";

    /** One part's work; blocks until it has ended. */
    private interface Work<T> {
        T run(BuildLog log) throws Exception;
    }

    FreestyleRelease(Run<?, ?> build, FilePath workspace, EnvVars variables, TaskListener listener) {
        this.build = build;
        this.workspace = workspace;
        this.variables = variables;
        this.listener = listener;
    }

    void image(ImageParameters given) throws IOException, InterruptedException {
        ImageParameters parameters = Expanded.of(ImageParameters.class, given, variables);
        ImageResult built =
                part(Kind.IMAGE, parameters.getImage(), log -> ImageWork.run(build, parameters, workspace, log));
        ImageVariables later = new ImageVariables(built);
        build.addOrReplaceAction(later);
        variables.putAll(later.variables());
        repository = built.getImage();
    }

    /** @return whether it is paused, so that what follows has to wait for an answer */
    boolean rollout(ReleaseParameters given) throws IOException, InterruptedException {
        ReleaseParameters parameters = withNewImage(Expanded.of(ReleaseParameters.class, given, variables));
        ReleaseResult result = part(Kind.ROLLOUT, ReleaseWork.subject(parameters), log -> {
            List<ManifestSource> manifests =
                    parameters.getManifests().isBlank() ? List.of() : ReleaseWork.read(parameters, workspace);
            // A freestyle build does not survive a restart of Jenkins, so nothing is kept for one.
            String cluster = ReleaseWork.cluster(build, parameters);
            ReleaseWork work = new ReleaseWork(
                    build,
                    Expanded.with(ReleaseParameters.class, parameters, "getPaused", "return"),
                    cluster,
                    log,
                    token -> {},
                    true);
            Map<String, String> substitutes = parameters.isSubstitute() ? variables : Map.of();
            try {
                return await(work.start(parameters, manifests, substitutes, ""));
            } catch (InterruptedException e) {
                // What an aborted release leaves is told before the log is closed; a second abort does not wait.
                await(work.settled());
                throw e;
            }
        });
        return result.isPaused();
    }

    /** Tells that the build step ends here; the controller stands by the release. */
    void endInPause() {
        listener.getLogger()
                .println("The release is paused, and this build step ends. Answer on the build's page, also when the"
                        + " build has ended, or by k8s-rollout continue");
    }

    void affinity(AffinityParameters given) throws IOException, InterruptedException {
        AffinityParameters parameters = Expanded.of(AffinityParameters.class, given, variables);
        part(Kind.AFFINITY, AffinityWork.subject(parameters), log -> await(AffinityWork.start(build, parameters, log)));
    }

    void healthy(WaitParameters given) throws IOException, InterruptedException {
        WaitParameters parameters = Expanded.of(WaitParameters.class, given, variables);
        part(Kind.WAIT, HealthWork.subject(parameters), log -> {
            Released what = HealthWork.prepare(build, parameters);
            return await(HealthWork.start(build, what.cluster(), what.targets(), log));
        });
    }

    private <T> T part(Kind kind, String subject, Work<T> work) throws IOException, InterruptedException {
        String id = UUID.randomUUID().toString();
        BuildLog log = new BuildLog(
                build, listener, ReleaseAction.of(build).entry(id, kind, subject), new LogMask(build, null));
        try {
            T result = work.run(log);
            log.end(State.SUCCESS, "");
            return result;
        } catch (InterruptedException e) {
            log.end(State.ABORTED, "");
            throw e;
        } catch (Exception | LinkageError e) {
            Throwable explained = FailureMessages.of(e);
            log.end(State.FAILURE, String.valueOf(explained.getMessage()));
            if (explained instanceof IOException) {
                throw (IOException) explained;
            }
            throw new IOException("The build step failed unexpectedly: " + explained.getMessage(), explained);
        }
    }

    private static <T> T await(CompletableFuture<T> result) throws InterruptedException, ExecutionException {
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            throw e;
        }
    }

    /** Gives the image built before to a rollout that names none: its containers are found by the repository. */
    private ReleaseParameters withNewImage(ReleaseParameters given) {
        return repository.isEmpty() || !given.getImages().isEmpty()
                ? given
                : Expanded.with(
                        ReleaseParameters.class,
                        given,
                        "getImages",
                        Map.of(repository, variables.get("ROLLOUT_IMAGE")));
    }
}
