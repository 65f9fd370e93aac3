package io.jenkins.plugins.k8srollout.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.credentials.CredentialScopes;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/** What form checks have in common. Whoever may not configure learns nothing from them. */
public final class Checks {
    // DNS-1123 label: the rule Kubernetes holds namespaces to.
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Checks() {}

    static FormValidation asAdministrator(Supplier<FormValidation> check) {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER) ? of(check) : FormValidation.ok();
    }

    /** Shows what the engine refuses as the field's error. */
    public static FormValidation of(Supplier<FormValidation> check) {
        try {
            return check.get();
        } catch (ReleaseException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    /**
     * Credentials that Jenkins itself does not know may still be those of a folder, which its jobs will find.
     *
     * @param login looks them up as Jenkins itself
     */
    static FormValidation credentials(String id, Runnable login) {
        return asAdministrator(() -> {
            try {
                login.run();
                return CredentialScopes.isForJenkinsAlone(id)
                        ? FormValidation.warning(Messages.Checks_systemScope())
                        : FormValidation.ok();
            } catch (ReleaseException e) {
                if (e.problem().kind() != Problem.Kind.NOT_PERMITTED) {
                    throw e;
                }
                return FormValidation.warning(e.getMessage());
            }
        });
    }

    public static FormValidation required(String value) {
        return value == null || value.isBlank()
                ? FormValidation.error(Messages.Checks_required())
                : FormValidation.ok();
    }

    /** Empty text is fine: it means the default. */
    public static FormValidation namespace(String value) {
        String text = value == null ? "" : value.strip();
        return text.isEmpty() || NAMESPACE.matcher(text).matches()
                ? FormValidation.ok()
                : FormValidation.error(Messages.Checks_namespace());
    }

    /** The entries of a text field: separated by line ends or commas. */
    static List<String> entries(String text) {
        return Arrays.stream(text.split("[,\\n]"))
                .map(String::strip)
                .filter(e -> !e.isEmpty())
                .toList();
    }

    /** Names that do not exist are a warning: jobs may be made later. */
    static FormValidation folders(String value) {
        List<String> unknown = entries(value == null ? "" : value).stream()
                .filter(name -> Jenkins.get().getItemByFullName(name) == null)
                .toList();
        return unknown.isEmpty()
                ? FormValidation.ok()
                : FormValidation.warning(Messages.Checks_folders(String.join(", ", unknown)));
    }

    static FormValidation certificates(String pem) {
        if (pem == null || pem.isBlank()) {
            return FormValidation.ok();
        }
        try {
            StringBuilder subjects = new StringBuilder();
            for (var certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.UTF_8)))) {
                X509Certificate x509 = (X509Certificate) certificate;
                x509.checkValidity();
                subjects.append(subjects.length() == 0 ? "" : "; ")
                        .append(x509.getSubjectX500Principal().getName());
            }
            return subjects.length() == 0
                    ? FormValidation.error(Messages.Checks_certificate())
                    : FormValidation.ok(subjects.toString());
        } catch (CertificateException e) {
            return FormValidation.error(Messages.Checks_certificate() + " " + e.getMessage());
        }
    }

    static <C extends StandardCredentials> ListBoxModel credentials(
            Class<C> type, List<DomainRequirement> domain, CredentialsMatcher matcher, String current) {
        StandardListBoxModel list = new StandardListBoxModel();
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return list.includeCurrentValue(current);
        }
        return list.includeEmptyValue()
                .includeMatchingAs(ACL.SYSTEM2, Jenkins.get(), type, domain, matcher)
                .includeCurrentValue(current);
    }
}
