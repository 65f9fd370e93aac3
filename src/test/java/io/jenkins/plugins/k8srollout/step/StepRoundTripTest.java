package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import hudson.AbortException;
import io.jenkins.plugins.k8srollout.engine.model.Analysis;
import io.jenkins.plugins.k8srollout.engine.model.BatchSizes;
import io.jenkins.plugins.k8srollout.engine.model.PrometheusCheck;
import io.jenkins.plugins.k8srollout.engine.model.Strategy;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Batches;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Canary;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Order;
import io.jenkins.plugins.k8srollout.engine.model.Strategy.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.junit.ClassRule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What a form shows and gives back, and what the snippet generator writes. */
public class StepRoundTripTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @Test
    public void affinity() throws Exception {
        ConfigureIngressAffinityStep step = new ConfigureIngressAffinityStep();
        assertSurvives(step, "configureIngressAffinity()");

        step.setNamespace("shop");
        step.setIngress("web");
        step.setMode("persistent");
        step.setMaxAge(3600);
        step.setSecure(true);
        step.setChangeOnFailure(false);
        step.setController("traefik");
        step.setRemove(true);
        assertSurvives(
                step,
                "configureIngressAffinity changeOnFailure: false, controller: 'traefik', ingress: 'web', maxAge: 3600,"
                        + " mode: 'persistent', namespace: 'shop', remove: true, secure: true");
    }

    @Test
    public void waiting() throws Exception {
        WaitHealthyStep step = new WaitHealthyStep();
        assertSurvives(step, "waitHealthy()");

        step.setWorkloads(List.of("deployment/web", "job/migrate"));
        step.setTimeout("5m");
        step.setStableFor("30s");
        step.setHttp("https://shop.example.com/healthz");
        step.setHttpStatus(204);
        step.setHttpBody("up|ok");
        step.setFailFast(false);
        step.setLogLines(0);
        assertSurvives(
                step,
                "waitHealthy failFast: false, http: 'https://shop.example.com/healthz', httpBody: 'up|ok', httpStatus:"
                        + " 204, logLines: 0, stableFor: '30s', timeout: '5m', workloads: ['deployment/web',"
                        + " 'job/migrate']");
    }

    @Test
    public void rollout() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        assertSurvives(step, "k8sRollout()");

        step.setManifests("deploy/, ingress.yaml");
        step.setImages(Map.of("web", "harbor.example.com/shop/web:v2"));
        step.setStrategy(new RecreateStrategy());
        step.setOnFailure("hold");
        step.setTimeout("15m");
        step.setChangeCause("ticket 'A-1'");
        step.setHistory("shop-web");
        step.setCreateNamespace(true);
        step.setDryRun(true);
        step.setForce(true);
        step.setSubstitute(true);
        step.setWait(false);
        assertSurvives(
                step,
                "k8sRollout changeCause: 'ticket \\'A-1\\'', createNamespace: true, dryRun: true, force: true, history:"
                        + " 'shop-web', images: [web: 'harbor.example.com/shop/web:v2'], manifests: 'deploy/, ingress.yaml', onFailure:"
                        + " 'hold', strategy: recreate(), substitute: true, timeout: '15m', wait: false");
    }

    @Test
    public void blueGreenAndWhatRestsMeanwhile() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        BlueGreenStrategy blueGreen = new BlueGreenStrategy();
        step.setStrategy(blueGreen);
        assertSurvives(step, "k8sRollout strategy: blueGreen()");

        blueGreen.setKeep("30m");
        blueGreen.setPause("first");
        step.setCronJobs("suspend");
        step.setDrain("20m");
        assertSurvives(
                step, "k8sRollout cronJobs: 'suspend', drain: '20m', strategy: blueGreen(keep: '30m', pause: 'first')");
        assertThat(
                blueGreen.read(text -> text),
                is(new Strategy.BlueGreen(Duration.ofMinutes(30), true, Duration.ZERO, Optional.empty())));
    }

    @Test
    public void canary() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        CanaryStrategy canary = new CanaryStrategy();
        step.setStrategy(canary);
        assertSurvives(step, "k8sRollout strategy: canary()");

        canary.setSteps("20,60");
        canary.setTraffic("gateway-api");
        AnalysisFields analysis = new AnalysisFields();
        analysis.setHttp("http://web.example.com/a\nhttp://web.example.com/b");
        analysis.setPrometheus("http://prometheus.example.com:9090");
        analysis.setQueries("sum(rate(errors[1m])) <= 0.05");
        analysis.setRestarts(0);
        canary.setAnalysis(analysis);
        assertSurvives(
                step,
                "k8sRollout strategy: canary(analysis: [http: '''http://web.example.com/a\nhttp://web.example.com/b''',"
                        + " prometheus: 'http://prometheus.example.com:9090',"
                        + " queries: 'sum(rate(errors[1m])) <= 0.05', restarts: 0], steps: '20,60', traffic: 'gateway-api')");
    }

    @Test
    public void aPipelineWritesCanariesWithLists() throws Exception {
        Map<String, Object> analysis = Map.of(
                "prometheus", "http://prometheus.example.com:9090", "queries", List.of("up >= 1", "max(a, b) < 2"));
        Map<String, Object> settings = Map.of("steps", List.of(20, 60), "pause", "first", "analysis", analysis);
        K8sRolloutStep step = rollout(Map.of("strategy", new UninstantiatedDescribable("canary", null, settings)));

        assertThat(
                step.strategy().read(text -> text),
                is(new Canary(
                        List.of(20, 60),
                        Pause.FIRST,
                        Duration.ofMinutes(1),
                        Duration.ZERO,
                        Optional.of(new Analysis(
                                Analysis.DEFAULT_EVERY,
                                0,
                                Analysis.ANY,
                                List.of(
                                        PrometheusCheck.parse("http://prometheus.example.com:9090", "up >= 1"),
                                        PrometheusCheck.parse(
                                                "http://prometheus.example.com:9090", "max(a, b) < 2")))))));
    }

    @Test
    public void batches() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        BatchesStrategy batches = new BatchesStrategy();
        step.setStrategy(batches);
        assertSurvives(step, "k8sRollout strategy: batches()");

        batches.setCount(3);
        batches.setPause("first");
        batches.setInterval("30s");
        batches.setOrder("startFirst");
        batches.setPauseTimeout("8h");
        assertSurvives(
                step,
                "k8sRollout strategy: batches(count: 3, interval: '30s', order: 'startFirst', pause: 'first',"
                        + " pauseTimeout: '8h')");

        batches.setCount(null);
        batches.setSizes("1,50%");
        assertSurvives(
                step,
                "k8sRollout strategy: batches(interval: '30s', order: 'startFirst', pause: 'first', pauseTimeout: '8h',"
                        + " sizes: '1,50%')");
    }

    @Test
    public void continuing() throws Exception {
        K8sContinueStep step = new K8sContinueStep();
        assertSurvives(step, "k8sContinue()");

        step.setNamespace("shop");
        step.setHistory("web");
        step.setAsk(true);
        step.setRollback(true);
        assertSurvives(step, "k8sContinue ask: true, history: 'web', namespace: 'shop', rollback: true");
    }

    @Test
    public void rollingBack() throws Exception {
        K8sRollbackStep step = new K8sRollbackStep();
        assertSurvives(step, "k8sRollback()");

        step.setNamespace("shop");
        step.setHistory("web");
        step.setTo(7);
        BatchesStrategy batches = new BatchesStrategy();
        batches.setPause("first");
        step.setStrategy(batches);
        step.setPaused("return");
        step.setOnFailure("leave");
        step.setTimeout("5m");
        step.setChangeCause("outage");
        step.setDryRun(true);
        step.setForce(true);
        step.setWait(false);
        assertSurvives(
                step,
                "k8sRollback changeCause: 'outage', dryRun: true, force: true, history: 'web', namespace: 'shop',"
                        + " onFailure: 'leave', paused: 'return', strategy: batches(pause: 'first'), timeout: '5m', to: 7,"
                        + " wait: false");
    }

    @Test
    public void imageAlone() throws Exception {
        K8sRolloutStep step = new K8sRolloutStep();
        step.setWorkload("deployment/web");
        step.setPullSecret("robot"); // not there, but must not get lost
        assertSurvives(step, "k8sRollout pullSecret: 'robot', workload: 'deployment/web'");
    }

    @Test
    public void building() throws Exception {
        BuildImageStep step = new BuildImageStep("harbor.example.com/shop/web");
        assertSurvives(step, "buildImage 'harbor.example.com/shop/web'");

        step.setTags(List.of("v1", "latest"));
        step.setContext("app");
        step.setDockerfile("docker/Dockerfile");
        step.setTarget("runtime");
        step.setBuildArgs(Map.of("VERSION", "1=a"));
        step.setLabels(Map.of("team", "shop"));
        step.setPlatforms(List.of("linux/amd64", "linux/arm64"));
        step.setRegistry("harbor");
        step.setPush(false);
        step.setBuilder("embedded");
        step.setScan("high");
        step.setScanTimeout("5m");
        step.setArtifactLabels(List.of("build 7", "commit 0a1b2c3"));
        step.setCreateProject("private");
        step.setAutoScan(true);
        step.setKeepTags(10);
        assertSurvives(
                step,
                "buildImage artifactLabels: ['build 7', 'commit 0a1b2c3'], autoScan: true, buildArgs: [VERSION: '1=a'],"
                        + " builder: 'embedded', context: 'app', createProject: 'private', dockerfile:"
                        + " 'docker/Dockerfile', image: 'harbor.example.com/shop/web', keepTags: 10, labels: [team:"
                        + " 'shop'], platforms: ['linux/amd64', 'linux/arm64'], push: false, registry: 'harbor', scan:"
                        + " 'high', scanTimeout: '5m', tags: ['v1', 'latest'], target: 'runtime'");
    }

    @Test
    public void aPipelineMayWriteOneEntryWithoutBracketsAndManifestsAsList() throws Exception {
        WaitHealthyStep wait =
                (WaitHealthyStep) descriptor(WaitHealthyStep.class).newInstance(Map.of("workloads", "deployment/web"));
        assertThat(wait.getWorkloads(), is(List.of("deployment/web")));

        K8sRolloutStep rollout = (K8sRolloutStep)
                descriptor(K8sRolloutStep.class).newInstance(Map.of("manifests", List.of("a.yaml", "b.yaml")));
        assertThat(rollout.getManifests(), is("a.yaml\nb.yaml"));
    }

    @Test
    public void aStrategyMayBeAName() throws Exception {
        for (String name : List.of("rolling", "recreate", "batches", "canary", "blueGreen")) {
            K8sRolloutStep step = rollout(Map.of("strategy", name));
            assertThat(step.strategy().read(text -> text), is(Strategy.parse(name)));
        }
        AbortException unknown = assertThrows(AbortException.class, () -> rollout(Map.of("strategy", "allAtOnce")));
        assertThat(unknown.getMessage(), containsString("allAtOnce: there is no strategy of that name"));
        assertThat(unknown.getMessage(), containsString("rolling, recreate, batches"));
    }

    @Test
    public void aPipelineSetsBatches() throws Exception {
        Map<String, Object> settings = Map.of(
                "sizes",
                List.of(1, "50%"),
                "pause",
                "every",
                "interval",
                "1m",
                "order",
                "startFirst",
                "pauseTimeout",
                "8h");
        K8sRolloutStep step = rollout(Map.of("strategy", new UninstantiatedDescribable("batches", null, settings)));

        assertThat(
                step.strategy().read(text -> text),
                is(Batches.DEFAULT
                        .withSizes(BatchSizes.parse("1,50%"))
                        .withPause(Pause.EVERY)
                        .withInterval(Duration.ofMinutes(1))
                        .withOrder(Order.START_FIRST)
                        .withPauseTimeout(Duration.ofHours(8))));
    }

    private static K8sRolloutStep rollout(Map<String, Object> arguments) throws Exception {
        return (K8sRolloutStep) descriptor(K8sRolloutStep.class).newInstance(arguments);
    }

    private static StepDescriptor descriptor(Class<? extends Step> type) {
        return (StepDescriptor) JENKINS.jenkins.getDescriptorOrDie(type);
    }

    private static void assertSurvives(Step step, String snippet) throws Exception {
        Step back = new StepConfigTester(JENKINS).configRoundTrip(step);
        JENKINS.assertEqualDataBoundBeans(step, back);
        assertThat(Snippetizer.object2Groovy(back), is(snippet));
    }
}
