package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import java.util.function.UnaryOperator;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code rolling}: As each workload itself configures its update. */
public final class RollingStrategy extends ReleaseStrategy {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public RollingStrategy() {
        // it has no settings
    }

    @Override
    public Strategy read(UnaryOperator<String> text) {
        return new Strategy.Rolling();
    }

    /** The form. */
    @Extension(ordinal = 30)
    @Symbol("rolling")
    public static final class DescriptorImpl extends StrategyDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RollingStrategy_displayName();
        }

        @Override
        ReleaseStrategy withDefaults() {
            return new RollingStrategy();
        }
    }
}
