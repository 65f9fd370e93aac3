package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.HttpCheck;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.TimeSpan;
import io.jenkins.plugins.k8srollout.engine.model.WebAddress;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What must hold between the steps of a release. */
public final class AnalysisFields extends AbstractDescribableImpl<AnalysisFields> implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int OK = 200;

    // One entry per line: queries contain commas.
    private String http = "";
    private String prometheus = "";
    private String queries = "";
    private String every = "";
    // Null for the default.
    private Integer restarts;
    private Integer failureLimit;

    @DataBoundConstructor
    public AnalysisFields() {
        // every parameter is optional
    }

    // Fields that an older configuration does not name are null.
    private Object readResolve() {
        setHttp(http);
        setPrometheus(prometheus);
        setQueries(queries);
        setEvery(every);
        return this;
    }

    /** @throws ReleaseException (refused input) */
    Analysis read(UnaryOperator<String> text) {
        String server = text.apply(prometheus);
        List<String> conditions = lines(text.apply(queries));
        if (conditions.isEmpty() != server.isEmpty()) {
            throw ReleaseException.refused(
                    server.isEmpty() ? "read queries" : "read prometheus",
                    server.isEmpty() ? conditions.get(0) : server,
                    "a server and its queries belong together",
                    "Give both prometheus and queries, or neither");
        }
        List<Analysis.Metric> metrics = new ArrayList<>();
        lines(text.apply(http)).forEach(url -> metrics.add(HttpCheck.parse(url, OK, "")));
        conditions.forEach(condition -> metrics.add(PrometheusCheck.parse(server, condition)));
        String between = text.apply(every);
        return new Analysis(
                between.isEmpty() ? Analysis.DEFAULT_EVERY : TimeSpan.parse("every", between),
                failureLimit == null ? 0 : failureLimit,
                restarts == null ? Analysis.ANY : restarts,
                metrics);
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    }

    public String getHttp() {
        return http;
    }

    @DataBoundSetter
    public void setHttp(String http) {
        this.http = fixNull(http).strip();
    }

    public String getPrometheus() {
        return prometheus;
    }

    @DataBoundSetter
    public void setPrometheus(String prometheus) {
        this.prometheus = fixNull(prometheus).strip();
    }

    public String getQueries() {
        return queries;
    }

    @DataBoundSetter
    public void setQueries(String queries) {
        this.queries = fixNull(queries).strip();
    }

    public String getEvery() {
        return every;
    }

    @DataBoundSetter
    public void setEvery(String every) {
        this.every = fixNull(every).strip();
    }

    public Integer getRestarts() {
        return restarts;
    }

    @DataBoundSetter
    public void setRestarts(Integer restarts) {
        this.restarts = restarts;
    }

    public Integer getFailureLimit() {
        return failureLimit;
    }

    @DataBoundSetter
    public void setFailureLimit(Integer failureLimit) {
        this.failureLimit = failureLimit;
    }

    /** The form. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<AnalysisFields> implements CustomDescribableModel {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.AnalysisFields_displayName();
        }

        @Override
        public AnalysisFields newInstance(StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            return super.newInstance(request, StepForms.filledIn(form));
        }

        /** A Pipeline may write several addresses and queries as lists. */
        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Map<String, Object> converted = new LinkedHashMap<>(arguments);
            for (String list : List.of("http", "queries")) {
                converted.computeIfPresent(
                        list,
                        (name, value) ->
                                value instanceof List ? StepForms.lines(StepForms.texts((List<?>) value)) : value);
            }
            return converted;
        }

        @POST
        public FormValidation doCheckHttp(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> lines(text).forEach(url -> HttpCheck.parse(url, OK, "")));
        }

        @POST
        public FormValidation doCheckPrometheus(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> WebAddress.parse("read prometheus", text));
        }

        @POST
        public FormValidation doCheckQueries(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String prometheus) {
            String server = fixNull(prometheus).strip();
            return StepForms.check(item, value, text -> lines(text)
                    .forEach(c -> PrometheusCheck.parse(server.isEmpty() ? "http://localhost" : server, c)));
        }

        @POST
        public FormValidation doCheckEvery(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> TimeSpan.parse("every", text));
        }

        @POST
        public FormValidation doCheckRestarts(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> StepForms.number("restarts", text));
        }

        @POST
        public FormValidation doCheckFailureLimit(@AncestorInPath Item item, @QueryParameter String value) {
            return StepForms.check(item, value, text -> StepForms.number("failureLimit", text));
        }
    }
}
