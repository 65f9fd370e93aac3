package io.jenkins.plugins.k8srollout.e2e;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseRecord.Outcome;
import io.jenkins.plugins.k8srollout.engine.release.ReleaseReturn;
import io.jenkins.plugins.k8srollout.engine.release.WatchToken;
import java.util.Optional;
import org.junit.Test;

/** {@link StrategyMatrix}: what becomes of a release that goes well, fails, is aborted, or whose process ends. */
public class StrategyMatrixClusterTest extends StrategyMatrix {

    @Test
    public void success() {
        inEach("success", cell -> {
            try (PodLedger pods = cell.ledger()) {
                cell.isNew(cell.run(cell.good()), 2);
                assertThat(pods.fewestReady(), greaterThanOrEqualTo((long) cell.fewestReady()));
            }
            cell.toldItsLimits();
        });
    }

    @Test
    public void badImage() {
        inEach("bad-image", cell -> {
            try (PodLedger pods = cell.ledger()) {
                ReleaseRecord record = cell.run(cell.badImage());
                cell.isBack(record);
                assertThat(record.problem().orElseThrow().kind(), is(Problem.Kind.UNHEALTHY));
                assertThat(record.problem().orElseThrow().sentence(), containsString("base/web:absent"));
                assertThat(pods.mostNew(), lessThanOrEqualTo((long) cell.firstBatch()));
            }
        });
    }

    @Test
    public void crash() {
        inEach("crash", cell -> {
            try (PodLedger pods = cell.ledger()) {
                ReleaseRecord record = cell.run(cell.crashing());
                cell.isBack(record);
                assertThat(record.problem().orElseThrow().kind(), is(Problem.Kind.UNHEALTHY));
                assertThat(record.cause().orElseThrow().container(), equalTo("web"));
                assertThat(pods.mostNew(), lessThanOrEqualTo((long) cell.firstBatch()));
            }
        });
    }

    @Test
    public void abortAndContinue() {
        inEach("continued", cell -> {
            String token = aborted(cell);
            cell.isNew(cell.goOn(token), 2);
        });
    }

    @Test
    public void abortAndRollBack() {
        inEach("undone", cell -> {
            try (PodLedger pods = cell.ledger()) {
                String token = aborted(cell);
                cell.isBack(cell.undo(token));
                assertThat(pods.mostNew(), lessThanOrEqualTo((long) cell.firstBatch()));
            }
        });
    }

    /** @return what the cluster keeps of it */
    private static String aborted(MatrixCell cell) throws InterruptedException {
        ReleaseRecord record = cell.abort(cell.good());
        String sentence = record.problem().orElseThrow().sentence();
        assertThat(sentence, record.outcome(), equalTo(Outcome.CANCELLED));
        assertThat(sentence, containsString("These objects stay as applied"));
        assertThat(cell.kept().record().outcome(), equalTo(Outcome.CANCELLED));
        cell.holdsAsItShould();
        return cell.kept().token().map(WatchToken::encode).orElseThrow();
    }

    @Test
    public void processEnds() {
        inEach("restarted", cell -> {
            String token = cell.begin(cell.good(), new MortalProcess());
            cell.holdsAsItShould();
            cell.isNew(cell.goOn(token), 2);
        });
    }

    @Test
    public void rollbackToAKeptRelease() {
        inEach("returned", cell -> {
            cell.isNew(cell.run(cell.good()), 2);
            ReleaseReturn back = ReleaseReturn.find(
                    process().cluster(), NAMESPACE.name(), Optional.of(cell.history()), Optional.of(1L));
            cell.hasReturned(cell.run(
                    MatrixCell.complete(back.request().strategy(cell.row().strategy()))));
        });
    }
}
