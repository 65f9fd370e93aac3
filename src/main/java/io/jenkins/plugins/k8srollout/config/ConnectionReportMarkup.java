package io.jenkins.plugins.k8srollout.config;

import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.release.ConnectionReport;

/** A cluster's answer as the form shows it. What comes from the server is escaped: it is another party's text. */
final class ConnectionReportMarkup {
    private ConnectionReportMarkup() {}

    static FormValidation of(ConnectionReport report) {
        StringBuilder html = new StringBuilder();
        html.append(paragraph(Messages.ConnectionTest_cluster(report.version(), report.address())));
        html.append(paragraph(report.identity()
                .map(Messages::ConnectionTest_identity)
                .orElseGet(Messages::ConnectionTest_noIdentity)));
        html.append("<ul>");
        report.work().forEach(work -> html.append(item(work, report.namespace())));
        html.append("</ul>");
        String yaml = report.grantYaml();
        if (!yaml.isEmpty()) {
            html.append(paragraph(Messages.ConnectionTest_grant()));
            // To be copied: as it is, without the non-breaking spaces and line ends of markup.
            html.append("<pre>").append(Util.xmlEscape(yaml)).append("</pre>");
        }
        return report.isComplete()
                ? FormValidation.okWithMarkup(html.toString())
                : FormValidation.warningWithMarkup(html.toString());
    }

    private static String paragraph(String text) {
        return "<div>" + Util.escape(text) + "</div>";
    }

    private static String item(ConnectionReport.Work work, String namespace) {
        String text = work.isPossible()
                ? Messages.ConnectionTest_possible(title(work), namespace)
                : work.optional()
                        ? Messages.ConnectionTest_optional(title(work), work.missingWords())
                        : Messages.ConnectionTest_missing(title(work), namespace, work.missingWords());
        return "<li>" + Util.escape(text) + "</li>";
    }

    private static String title(ConnectionReport.Work work) {
        return switch (work.name()) {
            case "rollout" -> Messages.ConnectionTest_rollout();
            case "wait" -> Messages.ConnectionTest_wait();
            case "affinity" -> Messages.ConnectionTest_affinity();
            case "history" -> Messages.ConnectionTest_history();
            case "agents" -> Messages.ConnectionTest_agents();
            case "agent-reasons" -> Messages.ConnectionTest_agentReasons();
            case "agent-orphans" -> Messages.ConnectionTest_agentOrphans();
            default -> Messages.ConnectionTest_createNamespace();
        };
    }
}
