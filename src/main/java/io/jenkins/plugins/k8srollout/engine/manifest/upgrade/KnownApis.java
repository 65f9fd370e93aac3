package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an API server of some Kubernetes version serves by default, for checks without a cluster. */
public final class KnownApis {
    private static final int OLDEST_MINOR = 16;
    private static final int NEWEST_MINOR = 36;
    private static final Pattern VERSION = Pattern.compile("v?1\\.([0-9]{1,3})(?:[.+-].*)?");

    // apiVersion, first minor version or 0 for before the oldest, first minor version without it or 0 for none yet,
    // then Kind/plural, with ! for those that belong to no namespace.
    private static final String TABLE = """
            v1 0 0 ConfigMap/configmaps Endpoints/endpoints Event/events LimitRange/limitranges Pod/pods
            v1 0 0 Namespace/namespaces! Node/nodes! PersistentVolume/persistentvolumes!
            v1 0 0 PersistentVolumeClaim/persistentvolumeclaims PodTemplate/podtemplates ResourceQuota/resourcequotas
            v1 0 0 ReplicationController/replicationcontrollers Secret/secrets Service/services
            v1 0 0 ServiceAccount/serviceaccounts
            apps/v1 0 0 Deployment/deployments DaemonSet/daemonsets ReplicaSet/replicasets StatefulSet/statefulsets
            apps/v1 0 0 ControllerRevision/controllerrevisions
            extensions/v1beta1 0 22 Ingress/ingresses
            networking.k8s.io/v1beta1 0 22 Ingress/ingresses
            networking.k8s.io/v1beta1 18 22 IngressClass/ingressclasses!
            networking.k8s.io/v1 0 0 NetworkPolicy/networkpolicies
            networking.k8s.io/v1 19 0 Ingress/ingresses IngressClass/ingressclasses!
            networking.k8s.io/v1 33 0 IPAddress/ipaddresses! ServiceCIDR/servicecidrs!
            batch/v1 0 0 Job/jobs
            batch/v1 21 0 CronJob/cronjobs
            batch/v1beta1 0 25 CronJob/cronjobs
            policy/v1 21 0 PodDisruptionBudget/poddisruptionbudgets
            policy/v1beta1 0 25 PodDisruptionBudget/poddisruptionbudgets PodSecurityPolicy/podsecuritypolicies!
            autoscaling/v1 0 0 HorizontalPodAutoscaler/horizontalpodautoscalers
            autoscaling/v2 23 0 HorizontalPodAutoscaler/horizontalpodautoscalers
            autoscaling/v2beta1 0 25 HorizontalPodAutoscaler/horizontalpodautoscalers
            autoscaling/v2beta2 0 26 HorizontalPodAutoscaler/horizontalpodautoscalers
            rbac.authorization.k8s.io/v1 0 0 Role/roles RoleBinding/rolebindings
            rbac.authorization.k8s.io/v1 0 0 ClusterRole/clusterroles! ClusterRoleBinding/clusterrolebindings!
            rbac.authorization.k8s.io/v1beta1 0 22 Role/roles RoleBinding/rolebindings
            rbac.authorization.k8s.io/v1beta1 0 22 ClusterRole/clusterroles! ClusterRoleBinding/clusterrolebindings!
            storage.k8s.io/v1 0 0 StorageClass/storageclasses! VolumeAttachment/volumeattachments!
            storage.k8s.io/v1 17 0 CSINode/csinodes!
            storage.k8s.io/v1 19 0 CSIDriver/csidrivers!
            storage.k8s.io/v1 24 0 CSIStorageCapacity/csistoragecapacities
            storage.k8s.io/v1 34 0 VolumeAttributesClass/volumeattributesclasses!
            storage.k8s.io/v1beta1 0 22 StorageClass/storageclasses! VolumeAttachment/volumeattachments!
            storage.k8s.io/v1beta1 0 22 CSINode/csinodes! CSIDriver/csidrivers!
            storage.k8s.io/v1beta1 21 27 CSIStorageCapacity/csistoragecapacities
            scheduling.k8s.io/v1 0 0 PriorityClass/priorityclasses!
            scheduling.k8s.io/v1beta1 0 22 PriorityClass/priorityclasses!
            coordination.k8s.io/v1 0 0 Lease/leases
            coordination.k8s.io/v1beta1 0 22 Lease/leases
            apiextensions.k8s.io/v1 16 0 CustomResourceDefinition/customresourcedefinitions!
            apiextensions.k8s.io/v1beta1 0 22 CustomResourceDefinition/customresourcedefinitions!
            apiregistration.k8s.io/v1 0 0 APIService/apiservices!
            apiregistration.k8s.io/v1beta1 0 22 APIService/apiservices!
            admissionregistration.k8s.io/v1 16 0 ValidatingWebhookConfiguration/validatingwebhookconfigurations!
            admissionregistration.k8s.io/v1 16 0 MutatingWebhookConfiguration/mutatingwebhookconfigurations!
            admissionregistration.k8s.io/v1 30 0 ValidatingAdmissionPolicy/validatingadmissionpolicies!
            admissionregistration.k8s.io/v1 30 0 ValidatingAdmissionPolicyBinding/validatingadmissionpolicybindings!
            admissionregistration.k8s.io/v1 36 0 MutatingAdmissionPolicy/mutatingadmissionpolicies!
            admissionregistration.k8s.io/v1 36 0 MutatingAdmissionPolicyBinding/mutatingadmissionpolicybindings!
            admissionregistration.k8s.io/v1beta1 0 22 ValidatingWebhookConfiguration/validatingwebhookconfigurations!
            admissionregistration.k8s.io/v1beta1 0 22 MutatingWebhookConfiguration/mutatingwebhookconfigurations!
            node.k8s.io/v1 20 0 RuntimeClass/runtimeclasses!
            node.k8s.io/v1beta1 0 25 RuntimeClass/runtimeclasses!
            discovery.k8s.io/v1 21 0 EndpointSlice/endpointslices
            discovery.k8s.io/v1beta1 17 25 EndpointSlice/endpointslices
            events.k8s.io/v1 19 0 Event/events
            events.k8s.io/v1beta1 0 25 Event/events
            certificates.k8s.io/v1 19 0 CertificateSigningRequest/certificatesigningrequests!
            certificates.k8s.io/v1beta1 0 22 CertificateSigningRequest/certificatesigningrequests!
            flowcontrol.apiserver.k8s.io/v1 29 0 FlowSchema/flowschemas!
            flowcontrol.apiserver.k8s.io/v1 29 0 PriorityLevelConfiguration/prioritylevelconfigurations!
            flowcontrol.apiserver.k8s.io/v1beta1 20 26 FlowSchema/flowschemas!
            flowcontrol.apiserver.k8s.io/v1beta1 20 26 PriorityLevelConfiguration/prioritylevelconfigurations!
            flowcontrol.apiserver.k8s.io/v1beta2 23 29 FlowSchema/flowschemas!
            flowcontrol.apiserver.k8s.io/v1beta2 23 29 PriorityLevelConfiguration/prioritylevelconfigurations!
            flowcontrol.apiserver.k8s.io/v1beta3 26 32 FlowSchema/flowschemas!
            flowcontrol.apiserver.k8s.io/v1beta3 26 32 PriorityLevelConfiguration/prioritylevelconfigurations!
            resource.k8s.io/v1 34 0 DeviceClass/deviceclasses! ResourceSlice/resourceslices!
            resource.k8s.io/v1 34 0 ResourceClaim/resourceclaims ResourceClaimTemplate/resourceclaimtemplates
            """;

    private KnownApis() {}

    /**
     * @param version as in {@code 1.34}, {@code v1.34.2} or {@code 1.34.2-aliyun.1}; for versions newer than the table,
     *     what the newest known one serves
     * @throws ReleaseException (refused input) for anything else and for versions before 1.16
     */
    public static ServedApis of(String version) {
        Matcher matcher = VERSION.matcher(version.strip());
        int minor = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (minor < OLDEST_MINOR) {
            throw ReleaseException.refused(
                    "check for a Kubernetes version",
                    version,
                    "it is not a version that is known",
                    "Write it as 1." + NEWEST_MINOR,
                    "1." + OLDEST_MINOR + " and newer");
        }
        List<Resource> served = new ArrayList<>();
        TABLE.lines().forEach(line -> read(line.split(" "), minor, served));
        return new ServedApis("1." + minor, served);
    }

    /** The newest version whose APIs are known. */
    public static ServedApis newest() {
        return of("1." + NEWEST_MINOR);
    }

    private static void read(String[] words, int minor, List<Resource> served) {
        int since = Integer.parseInt(words[1]);
        int until = Integer.parseInt(words[2]);
        if (minor < since || (until > 0 && minor >= until)) {
            return;
        }
        for (int i = 3; i < words.length; i++) {
            boolean namespaced = !words[i].endsWith("!");
            String[] names = words[i].replace("!", "").split("/");
            served.add(new Resource(words[0], names[0], names[1], namespaced));
        }
    }
}
