package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code batches}: so many pods, then a look, then the next. */
public final class BatchesStrategy extends SteppedStrategy {
    private static final long serialVersionUID = 1L;

    // Null for the default, so that one can tell whether it was said besides sizes.
    private Integer count;
    private String sizes = "";
    private String order = "";

    @DataBoundConstructor
    public BatchesStrategy() {
        // every parameter is optional
    }

    @Override
    Object readResolve() {
        super.readResolve();
        setSizes(sizes);
        setOrder(order);
        return this;
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        String each = text.apply(sizes);
        if (count != null && !each.isEmpty()) {
            throw bothGiven(each);
        }
        Batches defaults = Batches.DEFAULT;
        BatchSizes equal = count == null ? defaults.sizes() : BatchSizes.equal(count);
        String first = text.apply(order);
        return new Batches(
                each.isEmpty() ? equal : BatchSizes.parse(each),
                pause(text),
                interval(text, defaults.interval()),
                first.isEmpty() ? defaults.order() : Order.parse(first),
                pauseTimeout(text),
                analysis(text));
    }

    private static ReleaseException bothGiven(String sizes) {
        return ReleaseException.refused(
                "read sizes", sizes, "count is given, too", "Give either a number of batches or sizes");
    }

    public Integer getCount() {
        return count;
    }

    @DataBoundSetter
    public void setCount(Integer count) {
        this.count = count;
    }

    public String getSizes() {
        return sizes;
    }

    @DataBoundSetter
    public void setSizes(String sizes) {
        this.sizes = fixNull(sizes).strip();
    }

    public String getOrder() {
        return order;
    }

    @DataBoundSetter
    public void setOrder(String order) {
        this.order = fixNull(order).strip();
    }

    /** The form. */
    @Extension(ordinal = 10)
    @Symbol("batches")
    public static final class DescriptorImpl extends SteppedDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BatchesStrategy_displayName();
        }

        @Override
        ReleaseStrategy withDefaults() {
            return new BatchesStrategy();
        }

        /** A Pipeline may write sizes as a list, and one size as a number. */
        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Map<String, Object> converted = new LinkedHashMap<>(arguments);
            converted.computeIfPresent(
                    "sizes",
                    (name, value) -> value instanceof List
                            ? String.join(",", StepForms.texts((List<?>) value))
                            : String.valueOf(value));
            return converted;
        }

        @POST
        public FormValidation doCheckCount(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String sizes) {
            return StepForms.check(item, value, text -> {
                BatchSizes.equal(StepForms.number("count", text));
                if (!fixNull(sizes).isBlank()) {
                    throw bothGiven(sizes);
                }
            });
        }

        @POST
        public FormValidation doCheckSizes(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, BatchSizes::parse);
        }

        @POST
        public ListBoxModel doFillOrderItems(@AncestorInPath Item item, @QueryParameter String order) {
            return StepForms.choices(item, order, Stream.of("stopFirst", "startFirst"));
        }
    }
}
