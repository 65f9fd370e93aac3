package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What strategies that can wait for an answer have in common. */
public abstract class PausingStrategy extends ReleaseStrategy {
    private static final long serialVersionUID = 1L;

    private String pause = "";
    private String pauseTimeout = "";
    private AnalysisFields analysis;

    // Fields that an older configuration does not name are null.
    Object readResolve() {
        setPause(pause);
        setPauseTimeout(pauseTimeout);
        return this;
    }

    Pause pause(UnaryOperator<String> text) {
        String when = text.apply(pause);
        return when.isEmpty() ? Pause.NONE : Pause.parse(when);
    }

    Duration pauseTimeout(UnaryOperator<String> text) {
        String limit = text.apply(pauseTimeout);
        return limit.isEmpty() ? Duration.ZERO : TimeSpan.parse("pauseTimeout", limit);
    }

    Optional<Analysis> analysis(UnaryOperator<String> text) {
        return Optional.ofNullable(analysis).map(a -> a.read(text));
    }

    public String getPause() {
        return pause;
    }

    @DataBoundSetter
    public void setPause(String pause) {
        this.pause = fixNull(pause).strip();
    }

    public String getPauseTimeout() {
        return pauseTimeout;
    }

    @DataBoundSetter
    public void setPauseTimeout(String pauseTimeout) {
        this.pauseTimeout = fixNull(pauseTimeout).strip();
    }

    public AnalysisFields getAnalysis() {
        return analysis;
    }

    @DataBoundSetter
    public void setAnalysis(AnalysisFields analysis) {
        this.analysis = analysis;
    }

    /** The part of the form that they have in common. */
    public abstract static class PausingDescriptor extends StrategyDescriptor {
        @POST
        public FormValidation doCheckPauseTimeout(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("pauseTimeout", text));
        }
    }
}
