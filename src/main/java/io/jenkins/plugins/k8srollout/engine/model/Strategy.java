package io.jenkins.plugins.k8srollout.engine.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** How a release replaces the running pods. */
public sealed interface Strategy {

    /** The batches it consists of; empty if all pods are replaced in one go. */
    default Optional<Batches> inBatches() {
        return Optional.empty();
    }

    /** The workload's own rolling update, as its manifest configures it. */
    record Rolling() implements Strategy {}

    /** All old pods end before the first new one starts. */
    record Recreate() implements Strategy {}

    /**
     * So many pods, then a look, then the next.
     *
     * @param sizes how many pods each batch replaces
     * @param pause after which batches the release waits for somebody to say that it goes on
     * @param interval how long a batch must stay healthy, without a restart, before the next begins; not negative
     * @param order whether old pods stop before their successors start
     * @param pauseTimeout how long an unanswered pause lasts before the release has failed; zero for no limit
     * @param analysis what must hold after each batch but the last, besides that its pods are ready
     */
    record Batches(
            BatchSizes sizes,
            Pause pause,
            Duration interval,
            Order order,
            Duration pauseTimeout,
            Optional<Analysis> analysis)
            implements Strategy {
        public static final int DEFAULT_COUNT = 2;
        public static final Batches DEFAULT = new Batches(
                BatchSizes.equal(DEFAULT_COUNT),
                Pause.NONE,
                Duration.ZERO,
                Order.STOP_FIRST,
                Duration.ZERO,
                Optional.empty());

        public Batches {
            Objects.requireNonNull(sizes, "sizes");
            Objects.requireNonNull(pause, "pause");
            Objects.requireNonNull(order, "order");
            Objects.requireNonNull(analysis, "analysis");
            notNegative("interval", interval);
            notNegative("pauseTimeout", pauseTimeout);
        }

        private static void notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw ReleaseException.refused(
                        "read " + name, value.toString(), "it is negative", "Write for example 30s, or leave it out");
            }
        }

        @Override
        public Optional<Batches> inBatches() {
            return Optional.of(this);
        }

        public Batches withSizes(BatchSizes value) {
            return new Batches(value, pause, interval, order, pauseTimeout, analysis);
        }

        public Batches withPause(Pause value) {
            return new Batches(sizes, value, interval, order, pauseTimeout, analysis);
        }

        public Batches withInterval(Duration value) {
            return new Batches(sizes, pause, value, order, pauseTimeout, analysis);
        }

        public Batches withOrder(Order value) {
            return new Batches(sizes, pause, interval, value, pauseTimeout, analysis);
        }

        public Batches withPauseTimeout(Duration value) {
            return new Batches(sizes, pause, interval, order, value, analysis);
        }
    }

    /**
     * A few pods of the new revision beside the old ones, then more as long as all is well, then all. New pods are ready
     * before old ones end.
     *
     * @param steps how many of a hundred pods are new after each step; what is left is one more step
     * @param pause after which steps the release waits for somebody to say that it goes on
     * @param interval how long a step must stay healthy, without a restart, before the next begins; not negative
     * @param pauseTimeout how long an unanswered pause lasts before the release has failed; zero for no limit
     * @param analysis what must hold after each step but the last, besides that its pods are ready
     * @param traffic whether the steps are also weights of the requests that come from outside
     */
    record Canary(
            List<Integer> steps,
            Pause pause,
            Duration interval,
            Duration pauseTimeout,
            Optional<Analysis> analysis,
            Traffic traffic)
            implements Strategy {
        private static final int WHOLE = 100;

        public static final Canary DEFAULT = new Canary(
                List.of(10, 50), Pause.NONE, Duration.ofMinutes(1), Duration.ZERO, Optional.empty(), Traffic.PODS);

        public Canary(
                List<Integer> steps,
                Pause pause,
                Duration interval,
                Duration pauseTimeout,
                Optional<Analysis> analysis) {
            this(steps, pause, interval, pauseTimeout, analysis, Traffic.PODS);
        }

        public Canary {
            Objects.requireNonNull(traffic, "traffic");
            steps = List.copyOf(steps);
            if (steps.isEmpty()) {
                throw ReleaseException.refused(
                        "read the steps of a canary", "", "there is none", "Write percentages that grow, as in 10,50");
            }
            batches(steps, pause, interval, pauseTimeout, analysis, traffic);
        }

        public Canary withTraffic(Traffic value) {
            return new Canary(steps, pause, interval, pauseTimeout, analysis, value);
        }

        /** How many of a hundred requests the new pods get once a step's pods are ready; all after the last. */
        public int weight(int step) {
            return step <= steps.size() ? steps.get(step - 1) : WHOLE;
        }

        /**
         * Reads percentages with commas between them, as in {@code 10,50}.
         *
         * @throws ReleaseException (refused input) for anything else
         */
        public static List<Integer> parseSteps(String text) {
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(part -> parseStep(text, part))
                    .toList();
        }

        private static int parseStep(String text, String part) {
            if (!part.matches("\\d{1,3}%?")) {
                throw ReleaseException.refused(
                        "read the steps of a canary",
                        text,
                        "\"" + part + "\" is no percentage",
                        "Write percentages that grow, as in 10,50",
                        "1 to 100");
            }
            return Integer.parseInt(part.replace("%", ""));
        }

        @Override
        public Optional<Batches> inBatches() {
            return Optional.of(batches(steps, pause, interval, pauseTimeout, analysis, traffic));
        }

        private static Batches batches(
                List<Integer> steps,
                Pause pause,
                Duration interval,
                Duration pauseTimeout,
                Optional<Analysis> analysis,
                Traffic traffic) {
            BatchSizes pods = BatchSizes.weights(steps);
            // A weight below all needs an old pod for the rest of the requests.
            BatchSizes sizes = traffic == Traffic.PODS ? pods : pods.keepingOne();
            return new Batches(sizes, pause, interval, Order.START_FIRST, pauseTimeout, analysis);
        }
    }

    /**
     * All pods of the new revision beside those of the old, then the Services are switched over at once, and the old pods
     * stay for a while so that one can switch back as fast.
     *
     * @param keep how long the old pods stay after the switch; not negative
     * @param pause whether the release waits before the switch for somebody to say that it goes on
     * @param pauseTimeout how long an unanswered pause lasts before the release has failed; zero for no limit
     * @param analysis what must hold after the switch, as long as the old pods are kept
     */
    record BlueGreen(Duration keep, boolean pause, Duration pauseTimeout, Optional<Analysis> analysis)
            implements Strategy {
        public static final BlueGreen DEFAULT =
                new BlueGreen(Duration.ofMinutes(10), false, Duration.ZERO, Optional.empty());

        public BlueGreen {
            Objects.requireNonNull(analysis, "analysis");
            Batches.notNegative("keep", keep);
            Batches.notNegative("pauseTimeout", pauseTimeout);
        }

        /**
         * Whether the release waits before the switch.
         *
         * @throws ReleaseException (refused input) for {@code every}
         */
        public static boolean asks(Pause pause) {
            if (pause == Pause.EVERY) {
                throw ReleaseException.refused(
                        "read pause",
                        word(pause),
                        "there is one moment to ask, before the switch",
                        "Write first",
                        "none",
                        "first");
            }
            return pause == Pause.FIRST;
        }

        /** One batch of all pods, the new ones first. */
        @Override
        public Optional<Batches> inBatches() {
            return Optional.of(new Batches(
                    BatchSizes.equal(1),
                    pause ? Pause.FIRST : Pause.NONE,
                    Duration.ZERO,
                    Order.START_FIRST,
                    pauseTimeout,
                    analysis));
        }
    }

    /** After which batches a release waits for an answer; never after the last, for then nothing is left to decide. */
    enum Pause {
        NONE,
        FIRST,
        EVERY;

        /** @throws ReleaseException (refused input) for anything but {@code none}, {@code first}, {@code every} */
        public static Pause parse(String text) {
            return choice("read pause", text, values(), "Leave it out for none");
        }

        /** @param batch the one that is done, from 1 */
        public boolean after(int batch) {
            return this == EVERY || this == FIRST && batch == 1;
        }
    }

    /** Who splits the requests to a canary. */
    enum Traffic {
        /** The Service: each ready pod gets its share. */
        PODS,
        /** An HTTPRoute's weights. */
        GATEWAY_API,
        /** A weighted TraefikService behind an IngressRoute. */
        TRAEFIK,
        /** A canary Ingress. */
        INGRESS_NGINX;

        /** @throws ReleaseException (refused input) for anything but {@code pods} and the names of the controllers */
        public static Traffic parse(String text) {
            return choice("read traffic", text, values(), "Leave it out for pods");
        }
    }

    /** What happens first to a pod's place. */
    enum Order {
        /** The old pod ends: never more pods than replicas. */
        STOP_FIRST,
        /** The new pod is ready: never fewer ready pods than replicas. */
        START_FIRST;

        /** @throws ReleaseException (refused input) for anything but {@code stop-first} and {@code start-first} */
        public static Order parse(String text) {
            // stopFirst is how Pipelines spell it
            String dashed = text.replace("First", "-first");
            return choice("read order", dashed, values(), "Leave it out for stop-first");
        }
    }

    /** As users write a value: {@code stop-first}. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E choice(String attempted, String text, E[] values, String remedy) {
        return Arrays.stream(values)
                .filter(v -> word(v).equals(text))
                .findFirst()
                .orElseThrow(() -> ReleaseException.refused(
                        attempted,
                        text,
                        "there is no such choice",
                        remedy,
                        Arrays.stream(values).map(Strategy::word).toArray(String[]::new)));
    }

    /**
     * Reads a strategy's name; one that has settings gets their defaults.
     *
     * @throws ReleaseException (refused input) for a name that is not known
     */
    static Strategy parse(String text) {
        return switch (text) {
            case "rolling" -> new Rolling();
            case "recreate" -> new Recreate();
            case "batches" -> Batches.DEFAULT;
            case "canary" -> Canary.DEFAULT;
            case "blue-green", "blueGreen" -> BlueGreen.DEFAULT;
            default ->
                throw ReleaseException.refused(
                        "read the strategy",
                        text,
                        "there is no strategy of that name",
                        "Leave it out for rolling",
                        "rolling",
                        "recreate",
                        "batches",
                        "canary",
                        "blue-green");
        };
    }
}
