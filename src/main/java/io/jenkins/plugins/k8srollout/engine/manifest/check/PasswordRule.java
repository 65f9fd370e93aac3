package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.SecretNames;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.regex.Pattern;

/** Secrets written into a workload are read by everybody who may look at it. The value is never shown. */
final class PasswordRule implements Rule.OfTemplate {
    private static final Pattern REFERENCES = Pattern.compile("(?:\\$\\([A-Za-z_][A-Za-z0-9_]*\\))+");

    private static final int LONGEST_REFERENCE = 1000;

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        for (PodTemplate.Container container : template.containers()) {
            List<Object> env = container.fields().items("env");
            for (int i = 0; i < env.size(); i++) {
                KubeObject variable = container.fields().child("env", i);
                String name = variable.text("name").orElse("");
                boolean literal = variable.text("value")
                        .filter(value -> !value.isBlank() && !isReference(value))
                        .isPresent();
                if (literal && SecretNames.isSecret(name)) {
                    report.warning(
                            item,
                            "password-in-env",
                            "the variable " + name + " holds a secret in plain text",
                            "Put it into a Secret and refer to it with valueFrom.secretKeyRef; then change the secret itself",
                            container.at("env", i, "value"));
                }
            }
        }
    }

    private static boolean isReference(String value) {
        return value.length() <= LONGEST_REFERENCE && REFERENCES.matcher(value).matches();
    }
}
