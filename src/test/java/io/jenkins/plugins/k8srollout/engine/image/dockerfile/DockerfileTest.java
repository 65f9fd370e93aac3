package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class DockerfileTest {

    @Test
    public void stagesAndGlobalArguments() {
        Dockerfile file = Dockerfile.parse("Dockerfile", """
                # syntax=docker/dockerfile:1
                ARG VERSION=1
                FROM --platform=$BUILDPLATFORM base:$VERSION AS Build
                COPY . /src
                from scratch
                COPY --from=build /src /app
                """);
        assertThat(file.syntax(), is("docker/dockerfile:1"));
        assertThat(
                file.globalArgs().get(0).variables(), contains(new Instruction.Variable("VERSION", Optional.of("1"))));
        assertThat(file.stages().size(), is(2));
        Stage build = file.stages().get(0);
        assertThat(build.from().image(), is("base:$VERSION"));
        assertThat(build.from().platform(), is("$BUILDPLATFORM"));
        assertThat(build.name(), is("build"));
        assertThat(build.from().line(), is(3));
        assertThat(file.stages().get(1).name(), is("stage-1"));
        assertThat(file.target(""), is(file.stages().get(1)));
        assertThat(file.target("BUILD"), is(build));
        assertThat(file.stageBefore(file.stages().get(1), "0"), is(Optional.of(build)));
        assertThat(file.stageBefore(build, "build"), is(Optional.empty()));
    }

    @Test
    public void continuationLinesCommentsAndEmptyLines() {
        Dockerfile file = Dockerfile.parse(
                "Dockerfile",
                "FROM scratch\n\n# note\nENV A=1 \\\n  # inside\n\n  B=2 \\  \n  C=3\nLABEL x=\\\\\nUSER u\n");
        assertThat(first(file, Instruction.Env.class).pairs(), is(Map.of("A", "1", "B", "2", "C", "3")));
        assertThat(first(file, Instruction.Env.class).line(), is(4));
        assertThat(first(file, Instruction.Label.class).pairs(), is(Map.of("x", "\\\\")));
        assertThat(first(file, Instruction.User.class).line(), is(10));
    }

    @Test
    public void theEscapeDirectiveChangesContinuation() {
        Dockerfile file =
                Dockerfile.parse("Dockerfile", "# escape=`\r\nFROM scratch\r\nENV A=1 `\r\n B=c:\\\\\r\nUSER me\\\r\n");
        assertThat(first(file, Instruction.Env.class).pairs(), is(Map.of("A", "1", "B", "c:\\\\")));
        assertThat(first(file, Instruction.User.class).user(), is("me\\"));
    }

    @Test
    public void directivesEndAtTheFirstOtherLine() {
        assertThat(
                Dockerfile.parse("f", "# a comment\n# escape=`\nFROM scratch").escape(), is('\\'));
        assertThat(Dockerfile.parse("f", "\n# escape=`\nFROM scratch").escape(), is('\\'));
        assertThat(Dockerfile.parse("f", "\uFEFF#escape = `\nFROM scratch").escape(), is('`'));
    }

    @Test
    public void hereDocuments() {
        Dockerfile file = Dockerfile.parse(
                "Dockerfile",
                "FROM scratch\nCOPY <<EOF <<-\"RAW\" a.txt /etc/\nport=$PORT\nEOF\n\t\ttabs $X\n\tRAW\n"
                        + "RUN <<E2 cat\nFROM nothing\nE2\nUSER after");
        CopySpec spec = first(file, Instruction.Copy.class).spec();
        assertThat(
                spec.documents(),
                contains(
                        new CopySpec.Document("EOF", "port=$PORT\n", true),
                        new CopySpec.Document("RAW", "tabs $X\n", false)));
        assertThat(spec.sources(), contains("a.txt"));
        assertThat(spec.destination(), is("/etc/"));
        assertThat(first(file, Instruction.User.class).user(), is("after"));
        assertThat(first(file, Instruction.User.class).line(), is(10));
    }

    @Test
    public void copyAndAdd() {
        Dockerfile file = Dockerfile.parse("Dockerfile", """
                FROM scratch
                COPY --from=0 --chown=1:2 --chmod=0644 --link --exclude=*.md --exclude=tmp ["a b", "c", "/x y/"]
                ADD --unpack=false app.tar.gz lib/ /opt/
                """);
        Instruction.Copy copy = first(file, Instruction.Copy.class);
        assertThat(copy.from(), is("0"));
        assertThat(
                copy.spec(),
                is(new CopySpec(
                        List.of("a b", "c"), List.of(), "/x y/", "1:2", "0644", List.of("*.md", "tmp"), false, true)));
        Instruction.Add add = first(file, Instruction.Add.class);
        assertThat(add.spec().sources(), contains("app.tar.gz", "lib/"));
        assertThat(add.unpack(), is(Optional.of(false)));
    }

    @Test
    public void commands() {
        Dockerfile file = Dockerfile.parse("Dockerfile", """
                FROM scratch
                SHELL ["/bin/bash", "-c"]
                ENTRYPOINT ["java", "-jar"]
                CMD exec java -jar "a b.jar"
                VOLUME /a /b
                VOLUME ["/c d"]
                EXPOSE 8080 53/udp
                RUN --mount=type=cache,target=/x [ -f /etc/passwd ] && make
                """);
        assertThat(first(file, Instruction.Shell.class).words(), contains("/bin/bash", "-c"));
        assertThat(
                first(file, Instruction.Entrypoint.class).command(),
                is(new Instruction.Command(false, List.of("java", "-jar"))));
        assertThat(
                first(file, Instruction.Cmd.class).command(),
                is(new Instruction.Command(true, List.of("exec java -jar \"a b.jar\""))));
        assertThat(first(file, Instruction.Volume.class).paths(), contains("/a", "/b"));
        assertThat(first(file, Instruction.Expose.class).ports(), contains("8080", "53/udp"));
        assertThat(
                first(file, Instruction.Run.class).command(),
                is(new Instruction.Command(true, List.of("[ -f /etc/passwd ] && make"))));
    }

    @Test
    public void environmentInBothForms() {
        Dockerfile file = Dockerfile.parse(
                "Dockerfile", "FROM scratch\nENV A=\"x y\" B=p\\ q C=\nLABEL old form  of a label\nARG N M=\"1 2\"");
        assertThat(first(file, Instruction.Env.class).pairs(), is(Map.of("A", "\"x y\"", "B", "p\\ q", "C", "")));
        assertThat(first(file, Instruction.Label.class).pairs(), is(Map.of("old", "form  of a label")));
        assertThat(
                first(file, Instruction.Arg.class).variables(),
                contains(
                        new Instruction.Variable("N", Optional.empty()),
                        new Instruction.Variable("M", Optional.of("\"1 2\""))));
    }

    @Test
    public void healthchecks() {
        Dockerfile file = Dockerfile.parse(
                "Dockerfile",
                "FROM scratch\nHEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 CMD [\"/probe\"]\nUSER a");
        Instruction.Healthcheck check = first(file, Instruction.Healthcheck.class);
        assertThat(check.test(), contains("CMD", "/probe"));
        assertThat(check.interval(), is(Duration.ofSeconds(90)));
        assertThat(check.timeout(), is(Duration.ofMillis(1500)));
        assertThat(check.startPeriod(), is(Duration.ZERO));
        assertThat(check.retries(), is(3));
        Dockerfile none = Dockerfile.parse("f", "FROM scratch\nHEALTHCHECK NONE");
        assertThat(first(none, Instruction.Healthcheck.class).test(), contains("NONE"));
        Dockerfile shell = Dockerfile.parse("f", "FROM scratch\nHEALTHCHECK CMD curl -f x || exit 1");
        assertThat(first(shell, Instruction.Healthcheck.class).test(), contains("CMD-SHELL", "curl -f x || exit 1"));
    }

    @Test
    public void onBuildKeepsItsTrigger() {
        Dockerfile file = Dockerfile.parse("f", "FROM scratch\nONBUILD COPY . /app");
        assertThat(first(file, Instruction.OnBuild.class).trigger(), is("COPY . /app"));
        assertThat(file.globalArgs(), is(empty()));
    }

    /** The file, then the line and a part of the message that the user gets. */
    @Test
    public void faultsNameFileLineAndRemedy() {
        String[][] table = {
            {"", "f:1", "no FROM"},
            {"ENV A=1\nFROM scratch", "f:1", "before the first FROM"},
            {"FROM scratch\nCOPPY a b", "f:2", "COPY"},
            {"FROM scratch\nCOPY a", "f:2", "destination"},
            {"FROM scratch\nCOPY --form=x a b", "f:2", "--from"},
            {"FROM scratch\nCOPY --from=x --from=y a b", "f:2", "twice"},
            {"FROM scratch\nCOPY --link=maybe a b", "f:2", "--link=maybe"},
            {"FROM a b", "f:1", "AS name"},
            {"FROM a AS 1st", "f:1", "1st"},
            {"FROM scratch\nENV A", "f:2", "no value"},
            {"FROM scratch\nENV A=1 B", "f:2", "name=value"},
            {"FROM scratch\nENV =1", "f:2", "no name"},
            {"FROM scratch\nSHELL bash", "f:2", "JSON array"},
            {"FROM scratch\nCMD [1]", "f:2", "not strings"},
            {"FROM scratch\nUSER", "f:2", "no argument"},
            {"FROM scratch\nCOPY <<EOF /x\nnever ends", "f:2", "EOF"},
            {"FROM scratch\nHEALTHCHECK curl", "f:2", "NONE"},
            {"FROM scratch\nHEALTHCHECK --interval=5 CMD x", "f:2", "--interval=5"},
            {"FROM scratch\nHEALTHCHECK --retries=-1 CMD x", "f:2", "--retries=-1"},
            {"FROM scratch\nONBUILD ONBUILD RUN x", "f:2", "ONBUILD"},
            {"# escape=x\nFROM scratch", "f:1", "escape character"},
            {"# escape=`\n# escape=`\nFROM scratch", "f:2", "second time"},
        };
        for (String[] row : table) {
            ReleaseException e = assertThrows(row[0], ReleaseException.class, () -> Dockerfile.parse("f", row[0]));
            assertThat(e.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
            assertThat(e.problem().object(), is(row[1]));
            assertThat(e.getMessage(), containsString(row[2]));
        }
    }

    @Test
    public void anUnknownTargetListsTheStages() {
        Dockerfile file = Dockerfile.parse("f", "FROM scratch AS a\nFROM scratch AS b");
        ReleaseException e = assertThrows(ReleaseException.class, () -> file.target("c"));
        assertThat(e.problem().validValues(), contains("a", "b"));
    }

    private static <T extends Instruction> T first(Dockerfile file, Class<T> type) {
        return file.stages().stream()
                .flatMap(stage -> stage.instructions().stream())
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName()));
    }
}
