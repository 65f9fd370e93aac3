package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code canary}: a few new pods beside the old ones, then more as long as all is well, then all. */
public final class CanaryStrategy extends SteppedStrategy {
    private static final long serialVersionUID = 1L;

    private String steps = "";

    @DataBoundConstructor
    public CanaryStrategy() {
        // every parameter is optional
    }

    @Override
    Object readResolve() {
        super.readResolve();
        setSteps(steps);
        return this;
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        Canary defaults = Canary.DEFAULT;
        String weights = text.apply(steps);
        return new Canary(
                weights.isEmpty() ? defaults.steps() : Canary.parseSteps(weights),
                pause(text),
                interval(text, defaults.interval()),
                pauseTimeout(text),
                analysis(text));
    }

    public String getSteps() {
        return steps;
    }

    @DataBoundSetter
    public void setSteps(String steps) {
        this.steps = fixNull(steps).strip();
    }

    /** The form. */
    @Extension(ordinal = 5)
    @Symbol("canary")
    public static final class DescriptorImpl extends SteppedDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CanaryStrategy_displayName();
        }

        @Override
        ReleaseStrategy withDefaults() {
            return new CanaryStrategy();
        }

        /** A Pipeline may write the steps as a list, and one step as a number. */
        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Map<String, Object> converted = new LinkedHashMap<>(arguments);
            converted.computeIfPresent(
                    "steps",
                    (name, value) -> value instanceof List
                            ? String.join(",", StepForms.texts((List<?>) value))
                            : String.valueOf(value));
            return converted;
        }

        @POST
        public FormValidation doCheckSteps(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> BatchSizes.weights(Canary.parseSteps(text)));
        }
    }
}
