package io.jenkins.plugins.k8srollout.step;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * Binds lists and maps, which Jenkins' forms have no fields for: they are text areas with an entry on each line. A
 * Pipeline may write a single entry without brackets.
 *
 * @param <S> the step
 */
public abstract class EngineStepDescriptor<S extends Step> extends StepDescriptor implements CustomDescribableModel {
    /** Parameters that are lists of text. */
    Set<String> lists() {
        return Set.of();
    }

    /** Parameters that are maps of text, with their setters. */
    Map<String, BiConsumer<S, Map<String, String>>> maps() {
        return Map.of();
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
        return Set.of(Run.class, TaskListener.class);
    }

    @Override
    @SuppressWarnings("unchecked") // the descriptor's own step
    public Step newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
        JSONObject filled = StepForms.filledIn(form);
        for (String list : lists()) {
            if (filled.has(list)) {
                filled.put(list, JSONArray.fromObject(StepForms.entries(filled.getString(list))));
            }
        }
        JSONObject pairs = new JSONObject();
        maps().keySet().stream().filter(filled::has).forEach(map -> pairs.put(map, filled.remove(map)));
        S step = (S) super.newInstance(request, filled);
        maps().forEach((map, setter) -> setter.accept(step, StepForms.pairs(pairs.optString(map))));
        return step;
    }

    @NonNull
    @Override
    public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
        Map<String, Object> converted = new LinkedHashMap<>(arguments);
        lists().forEach(list -> converted.computeIfPresent(
                list, (name, value) -> value instanceof List ? value : List.of(String.valueOf(value))));
        return converted;
    }

    /** For text areas: an entry on each line. */
    public String linesOf(Object value) {
        return value instanceof Map
                ? StepForms.lines(StepForms.texts((Map<?, ?>) value))
                : value instanceof List ? StepForms.lines(StepForms.texts((List<?>) value)) : "";
    }
}
