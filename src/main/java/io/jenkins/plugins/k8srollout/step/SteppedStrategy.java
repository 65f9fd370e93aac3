package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What strategies that go step by step have in common. */
public abstract class SteppedStrategy extends PausingStrategy {
    private static final long serialVersionUID = 1L;

    private String interval = "";

    @Override
    Object readResolve() {
        super.readResolve();
        setInterval(interval);
        return this;
    }

    Duration interval(UnaryOperator<String> text, Duration otherwise) {
        String between = text.apply(interval);
        return between.isEmpty() ? otherwise : TimeSpan.parse("interval", between);
    }

    public String getInterval() {
        return interval;
    }

    @DataBoundSetter
    public void setInterval(String interval) {
        this.interval = fixNull(interval).strip();
    }

    /** The part of the form that they have in common. */
    public abstract static class SteppedDescriptor extends PausingDescriptor {
        @POST
        public FormValidation doCheckInterval(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("interval", text));
        }

        @POST
        public ListBoxModel doFillPauseItems(@AncestorInPath Item item, @QueryParameter String pause) {
            return StepForms.choices(item, pause, Stream.of("none", "first", "every"));
        }
    }
}
