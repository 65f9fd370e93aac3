package io.jenkins.plugins.k8srollout.config;

import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborReport;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborRight;
import java.util.List;
import java.util.stream.Collectors;

/** A Harbor's answer as the form shows it. What comes from the server is escaped: it is another party's text. */
final class HarborReportMarkup {
    private HarborReportMarkup() {}

    static FormValidation of(HarborReport report, String address) {
        StringBuilder html = new StringBuilder();
        String version = report.info().version();
        html.append(paragraph(
                version.isEmpty()
                        ? Messages.HarborReport_unknownVersion(address)
                        : Messages.HarborReport_version(version, address)));
        report.health().unwell().forEach(part -> html.append(paragraph(Messages.HarborReport_unwell(part))));
        if (report.info().readOnly()) {
            html.append(paragraph(Messages.HarborReport_readOnly()));
        }
        if (report.mayCreateProjects()) {
            html.append(paragraph(Messages.HarborReport_createsProjects()));
        }
        if (report.projects().isEmpty()) {
            html.append(paragraph(Messages.HarborReport_noProject()));
        } else {
            html.append("<ul>");
            report.projects().forEach(project -> html.append(item(project)));
            html.append("</ul>");
        }
        if (report.omitted() > 0) {
            html.append(paragraph(Messages.HarborReport_omitted(report.omitted())));
        }
        return isFit(report)
                ? FormValidation.okWithMarkup(html.toString())
                : FormValidation.warningWithMarkup(html.toString());
    }

    /** Whether images can be built with it at all: into some project that is there, or into a new one. */
    private static boolean isFit(HarborReport report) {
        boolean builds = report.mayCreateProjects()
                || report.projects().stream().anyMatch(project -> project.missing(HarborReport.Work.BUILD)
                        .isEmpty());
        return builds && report.health().healthy() && !report.info().readOnly();
    }

    private static String item(HarborReport.InProject project) {
        StringBuilder text = new StringBuilder();
        List<HarborReport.Work> possible = project.possible();
        String works = possible.stream().map(HarborReportMarkup::title).collect(Collectors.joining(", "));
        text.append(
                possible.isEmpty()
                        ? Messages.HarborReport_nothing(project.project().name())
                        : Messages.HarborReport_possible(project.project().name(), works));
        for (HarborReport.Work work : HarborReport.Work.values()) {
            List<HarborRight> missing = project.missing(work);
            if (!missing.isEmpty()) {
                text.append(' ')
                        .append(Messages.HarborReport_missing(
                                title(work),
                                missing.stream().map(HarborRight::words).collect(Collectors.joining(", "))));
            }
        }
        return "<li>" + Util.escape(text.toString()) + "</li>";
    }

    private static String title(HarborReport.Work work) {
        return switch (work) {
            case BUILD -> Messages.HarborReport_build();
            case SCAN -> Messages.HarborReport_scan();
            case LABEL -> Messages.HarborReport_label();
            case CLEAN_UP -> Messages.HarborReport_cleanUp();
        };
    }

    private static String paragraph(String text) {
        return "<div>" + Util.escape(text) + "</div>";
    }
}
