package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.engine.model.CronJobs;
import io.jenkins.plugins.k8srollout.engine.model.HistoryName;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The form of {@link ReleaseOptionFields}. A strategy without settings may be written as text.
 *
 * @param <S> the step
 */
public abstract class ReleaseStepDescriptor<S extends ReleaseOptionFields> extends ClusterStepDescriptor<S> {
    @Override
    public Step newInstance(Map<String, Object> arguments) throws Exception {
        try {
            return super.newInstance(arguments);
        } catch (ReleaseException e) {
            throw new AbortException(e.problem().sentence());
        }
    }

    @NonNull
    @Override
    public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
        Map<String, Object> converted = super.customInstantiate(arguments);
        converted.computeIfPresent(
                "strategy",
                (name, value) -> value instanceof CharSequence
                        ? ReleaseStrategy.named(value.toString().strip())
                        : value);
        return converted;
    }

    @POST
    public FormValidation doCheckHistory(@AncestorInPath Item item, @QueryParameter String value) {
        return StepForms.check(item, value, HistoryName::parse);
    }

    @POST
    public FormValidation doCheckTimeout(@AncestorInPath Item item, @QueryParameter String value) {
        return StepForms.check(item, value, text -> TimeSpan.parse("timeout", text));
    }

    @POST
    public FormValidation doCheckDrain(@AncestorInPath Item item, @QueryParameter String value) {
        return StepForms.check(item, value, text -> TimeSpan.parse("drain", text));
    }

    @POST
    public ListBoxModel doFillCronJobsItems(@AncestorInPath Item item, @QueryParameter String cronJobs) {
        return StepForms.choices(
                item, cronJobs, Arrays.stream(CronJobs.values()).map(CronJobs::word));
    }

    @POST
    public ListBoxModel doFillPausedItems(@AncestorInPath Item item, @QueryParameter String paused) {
        return StepForms.choices(item, paused, Stream.of("wait", "return"));
    }

    @POST
    public ListBoxModel doFillOnFailureItems(@AncestorInPath Item item, @QueryParameter String onFailure) {
        return StepForms.choices(item, onFailure, Stream.of("rollback", "hold", "leave"));
    }
}
