package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;

import io.jenkins.plugins.k8srollout.e2e.MatrixCell.Kind;
import io.jenkins.plugins.k8srollout.e2e.MatrixCell.Row;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.BlueGreen;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.ClassRule;

/**
 * Every strategy with every kind of workload, some cells at once, each with a workload of its own. Without {@code
 * MATRIX=all} a third of the cells, so chosen that each strategy, kind and outcome occurs. Another strategy is another
 * row of {@link #ROWS}.
 */
public abstract class StrategyMatrix {
    @ClassRule
    public static final OwnNamespace NAMESPACE = new OwnNamespace("e2e-matrix");

    private static final String DEPLOYMENT = "Deployment";
    private static final String STATEFUL_SET = "StatefulSet";
    private static final String DAEMON_SET = "DaemonSet";
    private static final Set<String> ALL = Set.of(DEPLOYMENT, STATEFUL_SET, DAEMON_SET);
    private static final String NO_START_FIRST = "start-first does not apply";
    private static final Batches TWO = Batches.DEFAULT.withSizes(BatchSizes.equal(2));
    private static final int AT_ONCE = 5;
    private static final int ONE_OF = 3;

    static final List<Row> ROWS = List.of(
            new Row("rolling", new Strategy.Rolling(), 3, 4, ALL, Set.of(), Map.of()),
            new Row(
                    "recreate",
                    new Strategy.Recreate(),
                    0,
                    4,
                    ALL,
                    Set.of(DEPLOYMENT, DAEMON_SET),
                    Map.of(DAEMON_SET, "stops its old pods at once")),
            new Row("batches", TWO, 2, 2, ALL, ALL, Map.of()),
            new Row(
                    "start-first",
                    TWO.withOrder(Order.START_FIRST),
                    4,
                    2,
                    ALL,
                    ALL,
                    Map.of(STATEFUL_SET, NO_START_FIRST, DAEMON_SET, NO_START_FIRST)),
            new Row(
                    "canary",
                    new Canary(List.of(25), Pause.NONE, Duration.ZERO, Duration.ZERO, Optional.empty()),
                    4,
                    1,
                    ALL,
                    ALL,
                    Map.of(STATEFUL_SET, NO_START_FIRST, DAEMON_SET, "too few pods for a canary")),
            new Row(
                    "blue-green",
                    new BlueGreen(Duration.ofSeconds(1), false, Duration.ZERO, Optional.empty()),
                    4,
                    4,
                    Set.of(DEPLOYMENT),
                    Set.of(DEPLOYMENT),
                    Map.of()));

    static final List<Kind> KINDS =
            List.of(new Kind(DEPLOYMENT, """
                    replicas: 4
                    minReadySeconds: 1
                    progressDeadlineSeconds: 450
                    strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 2, maxUnavailable: 1}}
                    """, 0), new Kind(STATEFUL_SET, """
                    replicas: 3
                    serviceName: NAME
                    """, 2), new Kind(DAEMON_SET, """
                    updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}
                    """, 0));

    private static final Map<String, Map<String, String>> TABLE = new ConcurrentHashMap<>();

    private final ExecutorService cells = Executors.newFixedThreadPool(AT_ONCE);
    private MortalProcess process;

    /** What happens in one cell. */
    @FunctionalInterface
    interface Course {
        void run(MatrixCell cell) throws Exception;
    }

    @Before
    public void open() {
        Testbed.registry();
        process = new MortalProcess();
    }

    @After
    public void close() {
        cells.shutdownNow();
        if (process != null) {
            process.close();
        }
    }

    @AfterClass
    public static void printTable() {
        TABLE.forEach((outcome, row) ->
                row.forEach((cell, result) -> System.out.printf("%-12s %-26s %s%n", outcome, cell, result)));
        TABLE.clear();
    }

    /** Those cells of an outcome that are asked for. */
    List<MatrixCell> cellsOf(String outcome) {
        boolean all = "all".equals(System.getenv("MATRIX"));
        int turn = Math.floorMod(outcome.hashCode(), ONE_OF);
        List<MatrixCell> found = new ArrayList<>();
        for (Row row : ROWS) {
            for (Kind kind : KINDS) {
                boolean turns = (ROWS.indexOf(row) + KINDS.indexOf(kind) + turn) % ONE_OF == 0;
                if (row.kinds().contains(kind.name()) && (all || turns)) {
                    String name = row.name() + "-" + kind.name().toLowerCase(Locale.ROOT) + "-" + outcome;
                    found.add(new MatrixCell(
                            process.cluster(),
                            process.scheduler(),
                            process.workers(),
                            row,
                            kind,
                            NAMESPACE.ref("apps/v1", kind.name(), name)));
                }
            }
        }
        return found;
    }

    /** Makes the workload of each cell and lets it run its course; tells all failures at once. */
    void inEach(String outcome, Course course) {
        List<MatrixCell> all = cellsOf(outcome);
        Map<String, Throwable> failures = together(all, cell -> {
            try {
                cell.make();
                course.run(cell);
            } finally {
                cell.remove();
            }
        });
        conclude(outcome, all, failures);
    }

    /** Does something in all cells, some at once. */
    Map<String, Throwable> together(List<MatrixCell> all, Course course) {
        return together(all, course, cells);
    }

    static Map<String, Throwable> together(List<MatrixCell> all, Course course, ExecutorService threads) {
        Map<String, Throwable> failures = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (MatrixCell cell : all) {
            running.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            course.run(cell);
                        } catch (Exception | AssertionError e) {
                            failures.put(cell.toString(), e);
                        }
                    },
                    threads));
        }
        running.forEach(CompletableFuture::join);
        return failures;
    }

    static void conclude(String outcome, List<MatrixCell> all, Map<String, Throwable> failures) {
        Map<String, String> column = new TreeMap<>();
        all.forEach(cell -> column.put(
                cell.toString(),
                failures.containsKey(cell.toString()) ? "FAILED: " + failures.get(cell.toString()) : "as it should"));
        TABLE.put(outcome, column);
        failures.values().forEach(Throwable::printStackTrace);
        assertThat(failures, anEmptyMap());
    }

    MortalProcess process() {
        return process;
    }
}
