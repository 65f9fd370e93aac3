package io.jenkins.plugins.k8srollout.cloud;

import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.config.Checks;
import jenkins.model.Jenkins;

/** Form checks of clouds, which only administrators configure; others learn nothing from them. */
final class CloudChecks {
    private CloudChecks() {}

    /** Shows what a reader of a field refuses as the field's error. */
    static FormValidation of(Runnable reader) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        return Checks.of(() -> {
            reader.run();
            return FormValidation.ok();
        });
    }

    static FormValidation required(String value) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER) ? Checks.required(value) : FormValidation.ok();
    }

    static FormValidation name(String value) {
        return of(() -> PodFields.containerName("name", value));
    }

    static FormValidation image(String value) {
        return of(() -> PodFields.image("image", value));
    }

    /** @param lowest the smallest number that is fine */
    static FormValidation number(String value, int lowest) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            if (Integer.parseInt(value.strip()) >= lowest) {
                return FormValidation.ok();
            }
        } catch (NumberFormatException e) {
            // told below
        }
        return FormValidation.error(Messages.CloudChecks_number(lowest));
    }
}
