package io.jenkins.plugins.k8srollout.engine.manifest.check;

/**
 * Alibaba Cloud's log collection has a successor to its first custom resource.
 *
 * @see <a href="https://www.alibabacloud.com/help/doc-detail/2950474">Alibaba Cloud on both resources</a>
 */
final class AliyunLogRule implements Rule.OfItem {

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (item.is("log.alibabacloud.com", "AliyunLogConfig")) {
            report.warning(
                    item,
                    "aliyun-log-config",
                    "AliyunLogConfig is no longer maintained",
                    "Use an AliyunPipelineConfig of telemetry.alibabacloud.com/v1alpha1",
                    "kind");
        }
    }
}
