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

/** What {@code k8sRollout}, {@code k8sContinue} and {@code k8sRollback} return to a Pipeline: the release record. */
public final class ReleaseResult implements Serializable {
    private static final long serialVersionUID = 1L;

    // Pipelines keep their variables on disk; plain values for that reason.
    private final String id;
    private final String namespace;
    private final String outcome;
    private final String history;
    private final long number;
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
        history = record.entry().history();
        number = record.entry().number();
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

    /** Under which name the cluster keeps it; empty text if it does not. */
    @Whitelisted
    public String getHistory() {
        return history == null ? "" : history;
    }

    /** Its number in that history; 0 if the cluster does not keep it. */
    @Whitelisted
    public long getNumber() {
        return number;
    }

    /** Whether somebody is to answer before it goes on. */
    @Whitelisted
    public boolean isPaused() {
        return outcome.equals("paused");
    }

    /** {@code healthy}, {@code applied} (nobody waited), {@code paused}, {@code rolled-back} or {@code dry-run}. */
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
