package io.jenkins.plugins.k8srollout.engine.strategy;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import org.junit.Test;

public class BatchPlanTest {

    @Test
    public void equalBatchesAreAsEqualAsTheyCanBeTheFirstOnesLarger() {
        assertThat(equal(3, 5), equalTo(List.of(2, 4, 5)));
        assertThat(equal(2, 4), equalTo(List.of(2, 4)));
        assertThat(equal(3, 7), equalTo(List.of(3, 5, 7)));
        assertThat(equal(1, 7), equalTo(List.of(7)));
        assertThat(equal(10, 10_000).get(9), equalTo(10_000));
    }

    @Test
    public void everyBatchReplacesAPodSoThatFewPodsTakeFewBatches() {
        assertThat(equal(4, 2), equalTo(List.of(1, 2)));
        assertThat(equal(5, 1), equalTo(List.of(1)));
        assertThat(equal(2, 0), equalTo(List.of()));
    }

    @Test
    public void sizesThatLeaveSomethingOverAreFollowedByTheRest() {
        assertThat(sizes("1", 5), equalTo(List.of(1, 5)));
        assertThat(sizes("1,50%", 5), equalTo(List.of(1, 4, 5)));
        assertThat(sizes("10%, 20%", 10), equalTo(List.of(1, 3, 10)));
    }

    @Test
    public void weightsSayHowFarEachStepGoes() {
        assertThat(weights(10, List.of(10, 50)), equalTo(List.of(1, 5, 10)));
        assertThat("rounded up, once", weights(5, List.of(10, 50)), equalTo(List.of(1, 3, 5)));
        assertThat("a step of no pod is one all the same", weights(3, List.of(10, 20, 100)), equalTo(List.of(1, 1, 3)));
        assertThat(weights(4, List.of(1, 10)), equalTo(List.of(1, 1, 4)));
        assertThat(weights(1, List.of(10, 50)), equalTo(List.of(1)));
    }

    @Test
    public void aWeightBelowAllLeavesOneOldPodHoweverFewThereAre() {
        assertThat(kept(4, List.of(10, 50, 90)), equalTo(List.of(1, 2, 3, 4)));
        assertThat(kept(2, List.of(10, 50, 90)), equalTo(List.of(1, 1, 1, 2)));
        assertThat(kept(3, List.of(50, 100)), equalTo(List.of(2, 3)));
        assertThat("one pod has no canary", kept(1, List.of(10, 50)), equalTo(List.of(1)));
    }

    private static List<Integer> kept(int pods, List<Integer> weights) {
        return BatchPlan.of(BatchSizes.weights(weights).keepingOne(), pods).targets();
    }

    private static List<Integer> weights(int pods, List<Integer> weights) {
        return BatchPlan.of(BatchSizes.weights(weights), pods).targets();
    }

    @Test
    public void sizesThatExceedThePodsEndWithThem() {
        assertThat(sizes("2,2,2", 5), equalTo(List.of(2, 4, 5)));
        assertThat(sizes("60%,60%", 5), equalTo(List.of(3, 5)));
        assertThat(sizes("7", 5), equalTo(List.of(5)));
        assertThat(sizes("1,50%", 0), equalTo(List.of()));
    }

    @Test
    public void percentagesAreRoundedUp() {
        assertThat(sizes("1%", 5), equalTo(List.of(1, 5)));
        assertThat(sizes("34%,33%", 3), equalTo(List.of(2, 3)));
        assertThat(sizes("100%", 3), equalTo(List.of(3)));
    }

    @Test
    public void beforeTheFirstBatchNoneIsNewAndAfterTheLastAllAre() {
        BatchPlan plan = BatchPlan.of(BatchSizes.equal(2), 3);
        assertThat(plan.after(0), equalTo(0));
        assertThat(plan.after(1), equalTo(2));
        assertThat(plan.after(7), equalTo(3));
        assertThat(BatchPlan.of(BatchSizes.equal(2), 0).after(1), equalTo(0));
    }

    @Test
    public void sizesThatAreNoneAreRefusedWithWhatIsValid() {
        for (String text : List.of("", "0", "0%", "101%", "-1", "1,,2", "a", "1.5", "99999999")) {
            String message = assertThrows(ReleaseException.class, () -> BatchSizes.parse(text))
                    .getMessage();
            assertThat(message, containsString("1% to 100%"));
        }
        assertThrows(ReleaseException.class, () -> BatchSizes.equal(0));
    }

    @Test
    public void sizesReadAsTheyAreWritten() {
        assertThat(BatchSizes.parse("1, 50%").toString(), equalTo("1,50%"));
        assertThat(BatchSizes.parse("1,50%"), equalTo(BatchSizes.parse(" 1 , 50% ")));
        assertThat(BatchSizes.equal(3).toString(), equalTo("3"));
    }

    private static List<Integer> equal(int count, int pods) {
        return BatchPlan.of(BatchSizes.equal(count), pods).targets();
    }

    private static List<Integer> sizes(String text, int pods) {
        return BatchPlan.of(BatchSizes.parse(text), pods).targets();
    }
}
