package io.jenkins.plugins.k8srollout.engine.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The lines of a {@link ReleaseSummary}. Ordinary immutable classes with getters, because they are kept with a build,
 * whose reader knows no records, and shown by templates, which know only getters.
 */
public final class SummaryEntries {
    private SummaryEntries() {}

    /** A stage of the work. */
    public static final class Stage {
        private final String name;
        private final String detail;
        private final ReleaseSummary.State state;
        private final long millis;

        Stage(String name, String detail, ReleaseSummary.State state, long millis) {
            this.name = name;
            this.detail = detail;
            this.state = state;
            this.millis = millis;
        }

        Stage ended(ReleaseSummary.State end, long took) {
            return new Stage(name, detail, end, took);
        }

        public String getName() {
            return name;
        }

        public String getDetail() {
            return detail;
        }

        public ReleaseSummary.State getState() {
            return state;
        }

        /** How long it took, in the log's words; empty text while it runs and where it was cut short. */
        public String getTook() {
            return millis < 0 ? "" : ProgressText.took(Duration.ofMillis(millis));
        }
    }

    /** An object, what became of it, and what there is to see: a diff, or the words of its health. */
    public static final class ObjectLine {
        private final String object;
        private final String what;
        private final String text;

        ObjectLine(String object, String what, String text) {
            this.object = object;
            this.what = what;
            this.text = text;
        }

        /** As in {@code Deployment/shop/web}. */
        public String getObject() {
            return object;
        }

        /** A word: {@code changed}, {@code healthy}. */
        public String getWhat() {
            return what;
        }

        public String getText() {
            return text;
        }
    }

    /** Something that was replaced by something else. */
    public static final class Replacement {
        private final String object;
        private final String part;
        private final String from;
        private final String to;
        private final String diff;

        Replacement(String object, String part, String from, String to, String diff) {
            this.object = object;
            this.part = part;
            this.from = from;
            this.to = to;
            this.diff = diff;
        }

        public String getObject() {
            return object;
        }

        /** The container whose image it is; empty text for an object's API version. */
        public String getPart() {
            return part;
        }

        public String getFrom() {
            return from;
        }

        public String getTo() {
            return to;
        }

        /** Empty text if there is none. */
        public String getDiff() {
            return diff;
        }
    }

    /** Something that somebody should know: a finding of the manifest check, or a remark. */
    public static final class Remark {
        private final String severity;
        private final String place;
        private final String object;
        private final String text;
        private final String fix;

        Remark(String severity, String place, String object, String text, String fix) {
            this.severity = severity;
            this.place = place;
            this.object = object;
            this.text = text;
            this.fix = fix;
        }

        /** {@code error}, {@code warning} or {@code info}. */
        public String getSeverity() {
            return severity;
        }

        /** File and line; empty text for a remark. */
        public String getPlace() {
            return place;
        }

        public String getObject() {
            return object;
        }

        public String getText() {
            return text;
        }

        public String getFix() {
            return fix;
        }
    }

    /** An image that was built. */
    public static final class BuiltImage {
        private final ArrayList<String> names;
        private final String digest;
        private final long bytes;
        private final long pushedBytes;

        BuiltImage(List<String> names, String digest, long bytes, long pushedBytes) {
            this.names = new ArrayList<>(names);
            this.digest = digest;
            this.bytes = bytes;
            this.pushedBytes = pushedBytes;
        }

        public List<String> getNames() {
            return Collections.unmodifiableList(names);
        }

        public String getDigest() {
            return digest;
        }

        /** Empty text where it is not known. */
        public String getSizeText() {
            return bytes < 0 ? "" : ProgressText.size(bytes);
        }

        /** What travelled to the registry; empty text where the builder does not say. */
        public String getSent() {
            return pushedBytes < 0 ? "" : ProgressText.size(pushedBytes);
        }
    }

    /** A scan of an image. */
    public static final class Scan {
        private final String image;
        private final String scanner;
        private final String threshold;
        private final String counts;
        private final int total;
        private final int blocking;
        private final String accepted;

        Scan(String image, String scanner, String threshold, String counts, int total, int blocking, String accepted) {
            this.image = image;
            this.scanner = scanner;
            this.threshold = threshold;
            this.counts = counts;
            this.total = total;
            this.blocking = blocking;
            this.accepted = accepted;
        }

        public String getImage() {
            return image;
        }

        /** Name and version; empty text if it is not known. */
        public String getScanner() {
            return scanner;
        }

        /** The severity from which on a finding counts, as in {@code high}. */
        public String getThreshold() {
            return threshold;
        }

        /** As in {@code 2 critical, 7 high}. */
        public String getCounts() {
            return counts;
        }

        public int getTotal() {
            return total;
        }

        /** How many findings count. */
        public int getBlocking() {
            return blocking;
        }

        /** Findings that would count, and that somebody has accepted in Harbor; empty text for none. */
        public String getAccepted() {
            return accepted;
        }
    }

    /** A weakness that a scan has found in an image. */
    public static final class Weakness {
        private final boolean blocking;
        private final String severity;
        private final String id;
        private final String artifact;
        private final String version;
        private final String fixVersion;
        private final String link;

        Weakness(
                boolean blocking,
                String severity,
                String id,
                String artifact,
                String version,
                String fixVersion,
                String link) {
            this.blocking = blocking;
            this.severity = severity;
            this.id = id;
            this.artifact = artifact;
            this.version = version;
            this.fixVersion = fixVersion;
            this.link = link;
        }

        /** Whether it is bad enough to fail the build. */
        public boolean isBlocking() {
            return blocking;
        }

        public String getSeverity() {
            return severity;
        }

        /** As in {@code CVE-2024-3094}. */
        public String getId() {
            return id;
        }

        /** The package that has it. */
        public String getArtifact() {
            return artifact;
        }

        public String getVersion() {
            return version;
        }

        /** Empty text if there is no fix. */
        public String getFixVersion() {
            return fixVersion;
        }

        /** Where to read on, if it is a web address; else empty text. */
        public String getLink() {
            return link.startsWith("https://") || link.startsWith("http://") ? link : "";
        }
    }

    /** A reason why pods did not run. */
    public static final class Cause {
        private final boolean decisive;
        private final String code;
        private final String object;
        private final String container;
        private final String detail;
        private final String remedy;

        Cause(boolean decisive, String code, String object, String container, String detail, String remedy) {
            this.decisive = decisive;
            this.code = code;
            this.object = object;
            this.container = container;
            this.detail = detail;
            this.remedy = remedy;
        }

        /** Whether it can end a release; else it explains a wait. */
        public boolean isDecisive() {
            return decisive;
        }

        public String getCode() {
            return code;
        }

        public String getObject() {
            return object;
        }

        public String getContainer() {
            return container;
        }

        public String getDetail() {
            return detail;
        }

        public String getRemedy() {
            return remedy;
        }
    }

    /** The last lines a container wrote. */
    public static final class Excerpt {
        private final String pod;
        private final String container;
        private final boolean previous;
        private final String text;

        Excerpt(String pod, String container, boolean previous, String text) {
            this.pod = pod;
            this.container = container;
            this.previous = previous;
            this.text = text;
        }

        public String getPod() {
            return pod;
        }

        public String getContainer() {
            return container;
        }

        /** Whether they are those of the container's run before the present one. */
        public boolean isPrevious() {
            return previous;
        }

        /** The lines, a line end between them. */
        public String getText() {
            return text;
        }
    }
}
