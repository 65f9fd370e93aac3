package io.jenkins.plugins.k8srollout.step;

import hudson.model.Computer;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.run.BuildLog;
import io.jenkins.plugins.k8srollout.run.ReleaseResult;
import io.jenkins.plugins.k8srollout.run.ReleaseWork;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A step's release: begun, led through its pauses, taken up again after a restart. */
abstract class ReleaseExecution extends EngineExecution {
    private static final long serialVersionUID = 1L;

    private final ReleaseOptionFields options;
    // From the first change on, what a restart goes on with. Until all is applied it begins anew, which changes
    // nothing twice, but must know what was there before.
    private volatile String token = "";
    // The cluster's name as it was found at the beginning; null in steps of versions that did not keep it.
    private String cluster;
    private transient volatile ReleaseWork release;

    ReleaseExecution(ReleaseOptionFields options, StepContext context) {
        super(context);
        this.options = options;
    }

    /**
     * Begins the release.
     *
     * @param earlier what it has saved before a restart; empty text if it has not come so far
     */
    protected abstract CompletableFuture<ReleaseResult> begin(ReleaseWork work, String earlier) throws Exception;

    @Override
    protected final void work(BuildLog log) throws Exception {
        ReleaseWork work = open(log);
        follow(ReleaseWork.isApplied(token) ? work.resume(token) : begin(work, token));
    }

    /** What was applied before a restart does not stay half done because the manifests are gone. */
    @Override
    protected final boolean workWithout(Throwable reason, BuildLog log) throws Exception {
        if (token.isEmpty() || ReleaseWork.isApplied(token)) {
            return false;
        }
        log.accept(new ProgressEvent.Notice(
                Finding.Severity.WARNING,
                "The release cannot be applied to its end after the restart: " + reason.getMessage()));
        follow(open(log).resume(token));
        return true;
    }

    private ReleaseWork open(BuildLog log) throws IOException, InterruptedException {
        if (cluster == null) {
            cluster = ReleaseWork.cluster(build(), options);
        }
        release = new ReleaseWork(build(), options, cluster, log, this::save, isOnExecutor());
        return release;
    }

    private boolean isOnExecutor() throws InterruptedException {
        try {
            return getContext().get(Computer.class) != null;
        } catch (IOException e) {
            return true; // it is just away
        }
    }

    private void follow(CompletableFuture<ReleaseResult> result) {
        atEnd(() -> result.cancel(false));
        result.whenComplete(this::end);
    }

    @Override
    protected final CompletionStage<Void> settled() {
        ReleaseWork running = release;
        return running == null ? super.settled() : running.settled();
    }

    private void save(String changed) {
        token = changed;
        saveState();
    }
}
