package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.Applied.Change;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code k8sRollout} returns to a Pipeline: the release record. */
public final class ReleaseResult implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; plain values for that reason.
    private final String id;
    private final String namespace;
    private final String outcome;
    private final long seconds;
    private final ArrayList<String> objects = new ArrayList<>();
    private final ArrayList<String> changed = new ArrayList<>();
    private final LinkedHashMap<String, String> images = new LinkedHashMap<>();
    private final ArrayList<String> warnings = new ArrayList<>();
    private final String json;

    ReleaseResult(ReleaseRecord record) {
        id = record.id();
        namespace = record.namespace();
        outcome = word(record.outcome());
        seconds = record.took().toSeconds();
        record.objects().forEach(o -> {
            objects.add(o.object().toString());
            if (o.change() != Change.UNCHANGED) {
                changed.add(o.object().toString());
            }
        });
        record.images().forEach(i -> images.put(i.container(), i.to()));
        record.findings().forEach(f -> warnings.add(f.summary()));
        json = record.toJson();
    }

    static String word(ReleaseRecord.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tells releases apart. */
    @Whitelisted
    public String getId() {
        return id;
    }

    @Whitelisted
    public String getNamespace() {
        return namespace;
    }

    /** {@code healthy}, {@code applied} (nobody waited) or {@code dry-run}. */
    @Whitelisted
    public String getOutcome() {
        return outcome;
    }

    @Whitelisted
    public long getSeconds() {
        return seconds;
    }

    /** All objects of the release in the order of their application, as in {@code Deployment/shop/web}. */
    @Whitelisted
    public List<String> getObjects() {
        return objects;
    }

    /** Those that the release has created, changed or deleted. */
    @Whitelisted
    public List<String> getChanged() {
        return changed;
    }

    /** New images by container. */
    @Whitelisted
    public Map<String, String> getImages() {
        return images;
    }

    /** What the manifest check has found. */
    @Whitelisted
    public List<String> getWarnings() {
        return warnings;
    }

    /** The whole record. */
    @Whitelisted
    public String getJson() {
        return json;
    }
}
