package io.jenkins.plugins.k8srollout.run;

import io.jenkins.plugins.k8srollout.engine.event.ReleaseSummary.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How long a job's releases took and how they ended, as bars from the oldest to the newest: the geometry of a drawing that
 * the server writes, so that the page needs no script. The scale is logarithmic, because a release takes seconds and one
 * that waits for an answer a night. Immutable.
 */
public final class ReleaseChart {
    /** Of the drawing, in its own units. */
    static final int WIDTH = 720;

    static final int HEIGHT = 190;
    private static final int LEFT = 56;
    private static final int TOP = 10;
    private static final int BOTTOM = HEIGHT - 26;
    private static final int MOST_BARS = 40;
    private static final int FEWEST_PLACES = 12;
    private static final double BAR = 0.6;
    private static final int LABEL = 46;
    private static final double SMALLEST = 3;
    private static final Map<Duration, String> TICKS = new TreeMap<>(Map.of(
            Duration.ofSeconds(1), "1 s",
            Duration.ofSeconds(10), "10 s",
            Duration.ofMinutes(1), "1 min",
            Duration.ofMinutes(10), "10 min",
            Duration.ofHours(1), "1 h",
            Duration.ofHours(10), "10 h",
            Duration.ofDays(4), "4 d",
            Duration.ofDays(40), "40 d"));
    // At which nothing is seen of a bar.
    private static final double GROUND = 100;

    private final List<Bar> bars = new ArrayList<>();
    private final List<Tick> ticks = new ArrayList<>();
    private final Set<State> states = EnumSet.noneOf(State.class);

    /**
     * One release.
     *
     * @param took how long, up to now if it has not ended
     * @param label a short name of its build
     * @param url of its page, relative to Jenkins' root
     * @param text what to say of it
     */
    record Item(State state, Duration took, String label, String url, String text) {}

    /** @param items from the oldest to the newest; the last ones are shown */
    ReleaseChart(List<Item> items) {
        List<Item> shown = items.subList(Math.max(0, items.size() - MOST_BARS), items.size());
        Duration longest =
                shown.stream().map(Item::took).max(Duration::compareTo).orElse(Duration.ZERO);
        List<Duration> scale = new ArrayList<>();
        for (Duration tick : TICKS.keySet()) {
            scale.add(tick);
            if (tick.compareTo(longest) >= 0) {
                break;
            }
        }
        Duration most = scale.get(scale.size() - 1);
        scale.forEach(tick -> ticks.add(new Tick(y(tick, most), TICKS.get(tick))));
        double place = (double) (WIDTH - LEFT) / Math.max(shown.size(), FEWEST_PLACES);
        int every = (int) Math.ceil(LABEL / place);
        for (int i = 0; i < shown.size(); i++) {
            Item item = shown.get(i);
            boolean labelled = (shown.size() - 1 - i) % every == 0; // the newest always
            double y = Math.min(y(item.took(), most), BOTTOM - SMALLEST);
            bars.add(new Bar(item, LEFT + place * (i + (1 - BAR) / 2), y, place * BAR, labelled));
            states.add(item.state());
        }
    }

    private static double y(Duration took, Duration most) {
        double part = Math.log(Math.max(took.toMillis(), GROUND) / GROUND) / Math.log(most.toMillis() / GROUND);
        return BOTTOM - Math.min(part, 1) * (BOTTOM - TOP);
    }

    public boolean isShown() {
        return !bars.isEmpty();
    }

    /** As an SVG has it. */
    public String getViewBox() {
        return "0 0 " + WIDTH + " " + HEIGHT;
    }

    public int getLeft() {
        return LEFT;
    }

    public int getWidth() {
        return WIDTH;
    }

    public int getGround() {
        return BOTTOM;
    }

    /** Where the names of builds stand. */
    public int getLabels() {
        return HEIGHT - 8;
    }

    public List<Bar> getBars() {
        return List.copyOf(bars);
    }

    public List<Tick> getTicks() {
        return List.copyOf(ticks);
    }

    /** Those that occur. */
    public List<State> getStates() {
        return List.copyOf(states);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** One release, drawn. */
    public static final class Bar {
        private final Item item;
        private final double x;
        private final double y;
        private final double width;
        private final boolean labelled;

        private Bar(Item item, double x, double y, double width, boolean labelled) {
            this.item = item;
            this.x = x;
            this.y = y;
            this.width = width;
            this.labelled = labelled;
        }

        public String getX() {
            return number(x);
        }

        public String getY() {
            return number(y);
        }

        public String getWidth() {
            return number(width);
        }

        public String getHeight() {
            return number(BOTTOM - y);
        }

        public String getMiddle() {
            return number(x + width / 2);
        }

        public State getState() {
            return item.state();
        }

        public String getUrl() {
            return item.url();
        }

        public String getText() {
            return item.text();
        }

        /** Empty text where there is no room. */
        public String getLabel() {
            return labelled ? item.label() : "";
        }
    }

    /** A line of the scale. */
    public static final class Tick {
        private final double y;
        private final String text;

        private Tick(double y, String text) {
            this.y = y;
            this.text = text;
        }

        public String getY() {
            return number(y);
        }

        /** Of its text, whose middle is on the line. */
        public String getTextY() {
            return number(y + 4);
        }

        public String getText() {
            return text;
        }
    }
}
