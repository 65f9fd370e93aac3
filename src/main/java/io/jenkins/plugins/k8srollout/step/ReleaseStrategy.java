package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.run.StrategyParameters;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.SymbolLookup;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * How a release replaces pods: a class, its form and a symbol for each strategy. Kept with a running step, so that a
 * restart finds it again.
 */
public abstract class ReleaseStrategy extends AbstractDescribableImpl<ReleaseStrategy>
        implements StrategyParameters, ExtensionPoint, Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * A strategy with its defaults, for those who write its name as text.
     *
     * @throws ReleaseException (refused input) for a name that is not known
     */
    static ReleaseStrategy named(String name) {
        List<StrategyDescriptor> known = ExtensionList.lookup(StrategyDescriptor.class);
        return known.stream()
                .filter(d -> d.symbol().equals(name))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        "read the strategy",
                        name,
                        "there is no strategy of that name",
                        "Leave it out for rolling",
                        known.stream().map(StrategyDescriptor::symbol).toArray(String[]::new)))
                .withDefaults();
    }

    /** A strategy's form. */
    public abstract static class StrategyDescriptor extends Descriptor<ReleaseStrategy>
            implements CustomDescribableModel {
        /** The strategy as it is where nothing is said about it. */
        abstract ReleaseStrategy withDefaults();

        /** Its name in a Pipeline. */
        String symbol() {
            return SymbolLookup.getSymbolValue(clazz).iterator().next();
        }

        @Override
        public ReleaseStrategy newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            return super.newInstance(request, StepForms.filledIn(form));
        }

        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            return arguments;
        }
    }
}
