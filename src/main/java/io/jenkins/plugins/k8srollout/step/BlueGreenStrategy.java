package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code blueGreen}: all new pods beside the old ones, then everybody is served by them at once. */
public final class BlueGreenStrategy extends PausingStrategy {
    private static final long serialVersionUID = 1L;

    private String keep = "";

    @DataBoundConstructor
    public BlueGreenStrategy() {
        // every parameter is optional
    }

    @Override
    Object readResolve() {
        super.readResolve();
        setKeep(keep);
        return this;
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        BlueGreen defaults = BlueGreen.DEFAULT;
        String kept = text.apply(keep);
        return new BlueGreen(
                kept.isEmpty() ? defaults.keep() : TimeSpan.parse("keep", kept),
                BlueGreen.asks(pause(text)),
                pauseTimeout(text),
                analysis(text));
    }

    public String getKeep() {
        return keep;
    }

    @DataBoundSetter
    public void setKeep(String keep) {
        this.keep = fixNull(keep).strip();
    }

    /** The form. */
    @Extension(ordinal = 3)
    @Symbol("blueGreen")
    public static final class DescriptorImpl extends PausingDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BlueGreenStrategy_displayName();
        }

        @Override
        ReleaseStrategy withDefaults() {
            return new BlueGreenStrategy();
        }

        @POST
        public FormValidation doCheckKeep(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("keep", text));
        }

        @POST
        public ListBoxModel doFillPauseItems(@AncestorInPath Item item, @QueryParameter String pause) {
            return StepForms.choices(item, pause, Stream.of("none", "first"));
        }
    }
}
