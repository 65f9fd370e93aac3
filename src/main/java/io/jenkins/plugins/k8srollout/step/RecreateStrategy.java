package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import java.util.function.UnaryOperator;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code recreate}: All old pods end before the first new one starts. */
public final class RecreateStrategy extends ReleaseStrategy {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public RecreateStrategy() {
        // it has no settings
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        return new Strategy.Recreate();
    }

    /** The form. */
    @Extension(ordinal = 20)
    @Symbol("recreate")
    public static final class DescriptorImpl extends StrategyDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RecreateStrategy_displayName();
        }

        @Override
        ReleaseStrategy withDefaults() {
            return new RecreateStrategy();
        }
    }
}
