package io.jenkins.plugins.k8srollout.engine.harbor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.http.HttpAnswer;
import io.jenkins.plugins.k8srollout.engine.http.HttpCall;
import io.jenkins.plugins.k8srollout.engine.model.Vulnerability;
import io.jenkins.plugins.k8srollout.engine.model.VulnerabilitySeverity;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images with their scans and tags. Thread-safe. */
final class Artifacts {
    // A report holds some kilobytes for each of what may be thousands of findings.
    private static final int REPORT_BYTES = 64 << 20;
    private static final String ACCEPTED = "X-Accept-Vulnerabilities";
    private static final String REPORTS = "application/vnd.security.vulnerability.report; version=1.1, "
            + "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0";

    private final HarborApi api;

    Artifacts(HarborApi api) {
        this.api = api;
    }

    /** With its scan, without tags and labels; nothing if there is none. */
    Optional<HarborArtifact> find(HarborRepository repository, String digest) {
        HttpCall call = new HttpCall(
                        "GET",
                        path(repository, digest) + "?with_tag=false&with_label=false&with_scan_overview=true",
                        "look up the image's scan",
                        api.in(repository + "@" + digest))
                .with(ACCEPTED, REPORTS);
        return api.find(call, HarborRight.READ_ARTIFACT).map(Artifacts::artifact);
    }

    /** With tags and labels, without scans. */
    List<HarborArtifact> all(HarborRepository repository) {
        HttpCall call = new HttpCall(
                "GET",
                HarborApi.ROOT + repository.path() + "/artifacts?with_tag=true&with_label=true"
                        + "&with_immutable_status=true&sort=-push_time",
                "list the images",
                api.in(repository.toString()));
        return api.list(call, HarborRight.LIST_ARTIFACTS).stream()
                .map(Artifacts::artifact)
                .toList();
    }

    /** Asks for a scan. That one is going on already is as good. */
    void scan(HarborRepository repository, String digest) {
        ObjectNode body = HarborApi.mapper().createObjectNode().put("scan_type", "vulnerability");
        HttpCall call = new HttpCall(
                        "POST",
                        path(repository, digest) + "/scan",
                        "start a scan of the image",
                        api.in(repository + "@" + digest))
                .sending(HarborApi.bytes(body));
        HttpAnswer answer = api.send(call);
        if (answer.status() != HarborApi.CONFLICT) {
            api.require(answer, call, HarborRight.START_SCAN);
        }
    }

    /** The latest report's findings in the scanner's order; nothing if there is no report. */
    Optional<List<Vulnerability>> findings(HarborRepository repository, String digest) {
        HttpCall call = new HttpCall(
                        "GET",
                        path(repository, digest) + "/additions/vulnerabilities",
                        "read the findings of the scan",
                        api.in(repository + "@" + digest))
                .with(ACCEPTED, REPORTS)
                .taking(REPORT_BYTES);
        for (JsonNode report : api.get(call, HarborRight.READ_FINDINGS)) {
            if (report.path("vulnerabilities").isArray()) {
                List<Vulnerability> findings = new ArrayList<>();
                report.path("vulnerabilities").forEach(item -> findings.add(vulnerability(item)));
                return Optional.of(findings);
            }
        }
        return Optional.empty();
    }

    /** Takes a tag away; the image stays. That it is gone already is as good. */
    void deleteTag(HarborRepository repository, String digest, String tag) {
        HttpCall call = new HttpCall(
                "DELETE", path(repository, digest) + "/tags/" + tag, "delete the tag", api.in(repository + ":" + tag));
        HttpAnswer answer = api.send(call);
        if (answer.status() != HarborApi.NOT_FOUND) {
            api.require(answer, call, HarborRight.DELETE_TAG);
        }
    }

    static String path(HarborRepository repository, String digest) {
        return HarborApi.ROOT + repository.path() + "/artifacts/" + digest;
    }

    private static HarborArtifact artifact(JsonNode tree) {
        List<HarborTag> tags = new ArrayList<>();
        tree.path("tags")
                .forEach(tag -> tags.add(new HarborTag(
                        tag.path("name").asText(),
                        instant(tag.path("push_time")),
                        tag.path("immutable").asBoolean())));
        List<String> labels = new ArrayList<>();
        tree.path("labels").forEach(label -> labels.add(label.path("name").asText()));
        Optional<ScanOverview> scan = Optional.empty();
        for (JsonNode overview : tree.path("scan_overview")) {
            scan = scan.isPresent() ? scan : Optional.of(overview(overview));
        }
        return new HarborArtifact(tree.path("digest").asText(), tags, labels, scan);
    }

    private static ScanOverview overview(JsonNode tree) {
        Map<VulnerabilitySeverity, Integer> counts = new EnumMap<>(VulnerabilitySeverity.class);
        tree.path("summary")
                .path("summary")
                .fields()
                .forEachRemaining(entry -> counts.merge(
                        VulnerabilitySeverity.ofScanner(entry.getKey()),
                        entry.getValue().asInt(),
                        Integer::sum));
        JsonNode scanner = tree.path("scanner");
        String name =
                scanner.path("name").asText() + " " + scanner.path("version").asText();
        return new ScanOverview(
                tree.path("report_id").asText(),
                ScanOverview.State.of(tree.path("scan_status").asText()),
                tree.path("complete_percent").asInt(),
                instant(tree.path("end_time")),
                name.strip(),
                counts);
    }

    private static Vulnerability vulnerability(JsonNode item) {
        return new Vulnerability(
                item.path("id").asText(),
                VulnerabilitySeverity.ofScanner(item.path("severity").asText()),
                item.path("package").asText(),
                item.path("version").asText(),
                item.path("fix_version").asText(),
                item.path("links").path(0).asText());
    }

    // What Harbor leaves out, or writes as year 1, has not happened.
    private static Instant instant(JsonNode text) {
        try {
            Instant time = OffsetDateTime.parse(text.asText()).toInstant();
            return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
