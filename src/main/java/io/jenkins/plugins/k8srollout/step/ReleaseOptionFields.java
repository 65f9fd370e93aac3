package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.ReleaseOptions;
import io.jenkins.plugins.k8srollout.run.StrategyParameters;
import org.kohsuke.stapler.DataBoundSetter;

/** How something is released, whatever it is. Kept with a running step, so that a restart finds it again. */
public abstract class ReleaseOptionFields extends ClusterFields implements ReleaseOptions {
    private static final long serialVersionUID = 1L;

    // Only in what was saved before strategies had settings.
    private String strategy;
    // Null for the default, which a configuration may leave out.
    private ReleaseStrategy pods;
    private String timeout = "";
    private String onFailure = "";
    private String changeCause = "";
    private String history = "";
    private String paused = "";
    private String drain = "";
    private String cronJobs = "";
    private boolean dryRun;
    private boolean force;
    // Null for the default, which a configuration may leave out.
    private Boolean wait;

    @Override
    protected Object readResolve() {
        if (pods == null && !fixNull(strategy).isBlank()) {
            pods = ReleaseStrategy.named(strategy.strip());
        }
        strategy = null;
        setTimeout(timeout);
        setOnFailure(onFailure);
        setChangeCause(changeCause);
        setHistory(history);
        setPaused(paused);
        setDrain(drain);
        setCronJobs(cronJobs);
        return super.readResolve();
    }

    @Override
    public StrategyParameters strategy() {
        return getStrategy();
    }

    public ReleaseStrategy getStrategy() {
        return pods == null ? new RollingStrategy() : pods;
    }

    @DataBoundSetter
    public void setStrategy(ReleaseStrategy strategy) {
        this.pods = strategy;
    }

    @Override
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = fixNull(timeout).strip();
    }

    @Override
    public String getOnFailure() {
        return onFailure;
    }

    @DataBoundSetter
    public void setOnFailure(String onFailure) {
        this.onFailure = fixNull(onFailure).strip();
    }

    @Override
    public String getChangeCause() {
        return changeCause;
    }

    @DataBoundSetter
    public void setChangeCause(String changeCause) {
        this.changeCause = fixNull(changeCause);
    }

    @Override
    public String getHistory() {
        return history;
    }

    @DataBoundSetter
    public void setHistory(String history) {
        this.history = fixNull(history).strip();
    }

    @Override
    public String getPaused() {
        return paused;
    }

    @DataBoundSetter
    public void setPaused(String paused) {
        this.paused = fixNull(paused).strip();
    }

    @Override
    public String getDrain() {
        return drain;
    }

    @DataBoundSetter
    public void setDrain(String drain) {
        this.drain = fixNull(drain).strip();
    }

    @Override
    public String getCronJobs() {
        return cronJobs;
    }

    @DataBoundSetter
    public void setCronJobs(String cronJobs) {
        this.cronJobs = fixNull(cronJobs).strip();
    }

    @Override
    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    @Override
    public boolean isForce() {
        return force;
    }

    @DataBoundSetter
    public void setForce(boolean force) {
        this.force = force;
    }

    @Override
    public boolean isWait() {
        return wait == null || wait;
    }

    @DataBoundSetter
    public void setWait(boolean wait) {
        this.wait = wait;
    }
}
