package io.jenkins.plugins.k8srollout.config;

import static hudson.Util.fixNull;

import hudson.model.AbstractDescribableImpl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** What is configured of a cluster. Holds no secret, only the id of credentials. */
public abstract class ClusterFields extends AbstractDescribableImpl<ClusterTarget> {
    private final String name;
    private String serverUrl = "";
    private String caCertificate = "";
    private String credentialsId = "";
    private String context = "";
    private String namespace = "";
    private boolean inCluster;
    // Null in what versions have saved that did not know of it.
    private ArrayList<String> folders = new ArrayList<>();

    ClusterFields(String name) {
        this.name = fixNull(name).strip();
    }

    public String getName() {
        return name;
    }

    public String getServerUrl() {
        return serverUrl;
    }

    @DataBoundSetter
    public void setServerUrl(String serverUrl) {
        this.serverUrl = fixNull(serverUrl).strip();
    }

    public String getCaCertificate() {
        return caCertificate;
    }

    @DataBoundSetter
    public void setCaCertificate(String caCertificate) {
        this.caCertificate = fixNull(caCertificate).strip();
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = fixNull(credentialsId).strip();
    }

    public String getContext() {
        return context;
    }

    @DataBoundSetter
    public void setContext(String context) {
        this.context = fixNull(context).strip();
    }

    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = fixNull(namespace).strip();
    }

    public boolean isInCluster() {
        return inCluster;
    }

    @DataBoundSetter
    public void setInCluster(boolean inCluster) {
        this.inCluster = inCluster;
    }

    /** Full names of folders or jobs, as in {@code team/shop}; empty for all. */
    public List<String> getFolders() {
        return folders == null ? List.of() : Collections.unmodifiableList(folders);
    }

    @DataBoundSetter
    public void setFolders(List<String> folders) {
        ArrayList<String> names = new ArrayList<>();
        // A form gives one text with an entry on each line.
        for (String given : fixNull(folders)) {
            for (String folder : Checks.entries(fixNull(given))) {
                names.add(folder.replaceAll("^/+|/+$", ""));
            }
        }
        names.removeIf(String::isEmpty);
        this.folders = names;
    }

    /** @param job its full name */
    public boolean mayBeUsedBy(String job) {
        return getFolders().isEmpty()
                || getFolders().stream().anyMatch(folder -> job.equals(folder) || job.startsWith(folder + "/"));
    }
}
