package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Traffic;
import java.util.Arrays;
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
    private String traffic = "";

    @DataBoundConstructor
    public CanaryStrategy() {
        // every parameter is optional
    }

    @Override
    Object readResolve() {
        super.readResolve();
        setSteps(steps);
        setTraffic(traffic);
        return this;
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        Canary defaults = Canary.DEFAULT;
        String weights = text.apply(steps);
        String routes = text.apply(traffic);
        return new Canary(
                weights.isEmpty() ? defaults.steps() : Canary.parseSteps(weights),
                pause(text),
                interval(text, defaults.interval()),
                pauseTimeout(text),
                analysis(text),
                routes.isEmpty() ? defaults.traffic() : Traffic.parse(routes));
    }

    public String getSteps() {
        return steps;
    }

    @DataBoundSetter
    public void setSteps(String steps) {
        this.steps = fixNull(steps).strip();
    }

    public String getTraffic() {
        return traffic;
    }

    @DataBoundSetter
    public void setTraffic(String traffic) {
        this.traffic = fixNull(traffic).strip();
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
        public ListBoxModel doFillTrafficItems(@AncestorInPath Item item, @QueryParameter String traffic) {
            return StepForms.choices(
                    item, traffic, Arrays.stream(Traffic.values()).map(Strategy::word));
        }

        @POST
        public FormValidation doCheckSteps(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> BatchSizes.weights(Canary.parseSteps(text)));
        }
    }
}
