package io.jenkins.plugins.k8srollout.run;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;

/** Reads a workspace's manifests where the workspace is. */
final class ReadManifests extends MasterToSlaveFileCallable<List<ManifestSource>> {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> patterns;

    ReadManifests(List<String> patterns) {
        this.patterns = new ArrayList<>(patterns);
    }

    @Override
    public List<ManifestSource> invoke(File workspace, VirtualChannel channel) {
        return new ArrayList<>(Workspace.at(workspace.toPath()).readManifests(patterns));
    }
}
