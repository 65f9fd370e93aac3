package io.jenkins.plugins.k8srollout.run;

import hudson.ExtensionPoint;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** Takes the place of the network: tests play clusters in memory, over restarts of Jenkins, too. */
@Restricted(NoExternalUse.class)
interface ClusterConnector extends ExtensionPoint {
    SharedClusters.Connection connect(ClusterAccess access);
}
