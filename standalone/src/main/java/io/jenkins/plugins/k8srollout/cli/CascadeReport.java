package io.jenkins.plugins.k8srollout.cli;

import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeOutcome;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadePlan;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeResult;
import io.jenkins.plugins.k8srollout.engine.image.cascade.CascadeText;
import io.jenkins.plugins.k8srollout.engine.image.cascade.PlannedImage;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A cascade's plan and result on standard output. */
final class CascadeReport {
    private final Console console;
    private final boolean json;

    CascadeReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    void plan(CascadePlan plan) {
        if (!json) {
            CascadeText.lines(plan).forEach(console.out()::println);
            return;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (PlannedImage image : plan.images()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("folder", image.folder());
            row.put("image", image.image());
            row.put("state", word(image.state()));
            row.put("digest", text(image.digest()));
            row.put("bases", image.bases().stream().map(CascadeReport::row).toList());
            rows.add(row);
        }
        console.json(Map.of("images", rows));
    }

    private static Map<String, Object> row(PlannedImage.Base base) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", base.name());
        row.put("folder", base.folder());
        row.put("digest", text(base.digest()));
        return row;
    }

    void result(CascadeResult result, List<String> tags) {
        if (!json) {
            result.images().stream().filter(CascadeOutcome::usable).forEach(image -> console.out()
                    .println(image.pinned()));
            return;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (CascadeOutcome image : result.images()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("folder", image.folder());
            row.put("image", image.image());
            row.put("state", word(image.state()));
            row.put("tags", image.usable() ? tags : List.of());
            row.put("digest", text(image.digest()));
            row.put("pinned", image.pinned());
            row.put("builder", image.builder());
            row.put("pushedBytes", image.pushedBytes());
            Problem problem = image.problem();
            row.put("problem", problem == null ? "" : problem.sentence());
            row.put("because", image.because());
            rows.add(row);
        }
        console.json(Map.of("images", rows));
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(ImageDigest digest) {
        return digest == null ? "" : digest.toString();
    }
}
