package io.jenkins.plugins.k8srollout.engine.image.cascade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.registry.Platform;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Which images Dockerfiles name, what depends on what, and how names become digests. */
public class CascadeGraphTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private static List<String> order(Object... foldersAndTexts) {
        return SampleCascade.graph(foldersAndTexts).order().stream()
                .map(CascadeImage::folder)
                .toList();
    }

    @Test
    public void basesComeFirst() {
        assertThat(
                order(
                        "app/shop", "FROM r.io/b/pub-images/tomcat\n",
                        "pub-images/jdk", "FROM r.io/b/system:1\n",
                        "pub-images/nginx", "FROM r.io/b/system:2\n",
                        "pub-images/tomcat", "FROM r.io/b/pub-images/jdk\n",
                        "system", "FROM debian:12\n"),
                contains("system", "pub-images/jdk", "pub-images/nginx", "pub-images/tomcat", "app/shop"));
    }

    /** A Dockerfile, then the images it needs, in the order of its lines. */
    @Test
    public void basesAreFoundByFromAndCopy() {
        String[][] table = {
            {"FROM scratch\nCOPY . /\n"},
            {"FROM nginx\n", "docker.io/library/nginx"},
            {"from --platform=linux/amd64 r.io/b/a:1 as x\nFROM x\n", "r.io/b/a:1"},
            {"ARG REG=r.io/b\nARG TAG\nFROM ${REG}/a:${TAG:-7}\n", "r.io/b/a:7"},
            {"ARG GIVEN=none\nFROM r.io/b/$GIVEN\n", "r.io/b/given"},
            {"FROM r.io/unused AS u\nFROM r.io/b/a AS x\nFROM scratch\nCOPY --from=x /f /\n", "r.io/b/a"},
            {"FROM scratch\nCOPY --chown=1:1 --from=r.io/b/a:2 /f /\n", "r.io/b/a:2"},
            {"ARG REG=r.io/b\nFROM scratch\nARG REG\nCOPY --from=${REG}/a /f /\n", "r.io/b/a"},
            {"ARG REG=r.io/b\nFROM scratch\nARG REG=r.io/c\nCOPY --from=$REG/a /f /\n", "r.io/c/a"},
            {"FROM r.io/b/a\nCOPY --from=r.io/b/z /f /\nCOPY --from=0 /f /\n", "r.io/b/a", "r.io/b/z"},
            {"FROM r.io/b/a@" + DIGEST + "\n", "r.io/b/a@" + DIGEST},
            {"FROM r.io/b/base-$TARGETARCH\n", "r.io/b/base-amd64"},
        };
        for (String[] row : table) {
            List<String> found =
                    BaseUses.of(Dockerfile.parse("Dockerfile", row[0]), Map.of("GIVEN", "given"), Platform.LINUX_AMD64)
                            .stream()
                            .map(use -> use.image().toString())
                            .toList();
            assertThat(row[0], found, is(List.of(row).subList(1, row.length)));
        }
    }

    @Test
    public void aDigestIsNoEdge() {
        CascadeGraph graph = SampleCascade.graph("a", "FROM r.io/b/a@" + DIGEST + "\n", "c", "FROM r.io/b/a:old\n");
        assertThat(graph.basesOf(graph.order().get(0)), empty());
        assertThat(
                graph.basesOf(graph.order().get(1)).stream()
                        .map(CascadeImage::folder)
                        .toList(),
                contains("a"));
        assertThat(graph.outside().keySet().toString(), is("[r.io/b/a@" + DIGEST + "]"));
    }

    /** Folders with their Dockerfiles; the last column is in the message. */
    @Test
    public void whatCannotBeBuiltIsRefusedWithNames() {
        Object[][] table = {
            {"a", "FROM r.io/b/a:1\n", "built on itself: a/Dockerfile:1"},
            {"a", "FROM r.io/b/c\n", "b", "FROM r.io/b/a\n", "c", "FROM r.io/b/b\n", "a -> c -> b -> a"},
            {
                "a",
                "FROM scratch\nCOPY --from=r.io/b/c /x /\n",
                "c",
                "FROM r.io/b/a\n",
                "z",
                "FROM r.io/b/c\n",
                "a/Dockerfile:2, c/Dockerfile:1"
            },
            {"a", "# cascade-image: c\nFROM scratch\n", "c", "FROM scratch\n", "both folders make the image r.io/b/c"},
            {"a", "FROM $NONE\n", "a/Dockerfile:1: FROM $NONE comes out empty"},
            {"Bad", "FROM scratch\n", "cascade-image: NAME"},
            {"", "FROM scratch\n", "has no name"},
        };
        for (Object[] row : table) {
            Object[] folders = Arrays.copyOf(row, row.length - 1);
            ReleaseException e =
                    assertThrows(folders[1].toString(), ReleaseException.class, () -> SampleCascade.graph(folders));
            assertThat(e.getMessage(), containsString(row[row.length - 1].toString()));
        }
    }

    /** Prefix or pattern, folder, comment, then the name. */
    @Test
    public void foldersHaveNames() {
        String[][] table = {
            {"r.io/b", "pub/jdk", "", "r.io/b/pub/jdk"},
            {"r.io/b/", "jdk", "", "r.io/b/jdk"},
            {"r.io/{name}/{path}", "pub/jdk", "", "r.io/jdk/pub/jdk"},
            {"r.io/b/{name}", "pub/jdk", "", "r.io/b/jdk"},
            {"r.io/b", "Pub/JDK", "# syntax=docker/dockerfile:1\n\n#cascade-image: java\n", "r.io/b/java"},
            {"r.io/b", "jdk", "# cascade-image: other.io:5000/x/java\n", "other.io:5000/x/java"},
            {"r.io/b", "jdk", "# cascade-image: none\n", ""},
            {"r.io/b", "jdk", "ARG A=1\n# cascade-image: late\n", "r.io/b/jdk"},
        };
        for (String[] row : table) {
            String name = new ImageNames(row[0])
                    .of(row[1], row[1] + "/Dockerfile", row[2] + "FROM scratch\n")
                    .map(ImageReference::toString)
                    .orElse("");
            assertThat(row[1] + " " + row[2], name, is(row[3]));
        }
        for (String wrong : new String[] {"", "r.io/B", "r.io/b:{name}", "r.io/b/{name}:1"}) {
            assertThrows(wrong, ReleaseException.class, () -> new ImageNames(wrong));
        }
    }

    /** A Dockerfile, and what becomes of it; D stands for the digest. */
    @Test
    public void basesBecomeDigestsAndLinesStay() {
        String[][] table = {
            {"FROM r.io/b/a:1\nCOPY . /\n", "FROM r.io/b/a@D\nCOPY . /\n"},
            {"FROM nginx", "FROM docker.io/library/nginx@D"},
            {
                "ARG A=r.io/b/a\n\n  from --platform=linux/amd64 \\\n  ${A} AS x\r\nFROM x\n",
                "ARG A=r.io/b/a\n\n  from --platform=linux/amd64 \\\n  r.io/b/a@D AS x\r\nFROM x\n"
            },
            {
                "FROM scratch\nCOPY --chown=0 --from=r.io/b/a --chmod=1 r.io/b/a /\n",
                "FROM scratch\nCOPY --chown=0 --from=r.io/b/a@D --chmod=1 r.io/b/a /\n"
            },
            {"#escape=`\nFROM `\n r.io/b/a\n", "#escape=`\nFROM `\n r.io/b/a@D\n"},
        };
        for (String[] row : table) {
            assertThat(row[0], pinned(row[0]), is(row[1].replace("@D", "@" + DIGEST)));
        }
        ReleaseException e =
                assertThrows(ReleaseException.class, () -> pinned("FROM scratch\nCOPY --from=\"r.io/b/a\" /a /\n"));
        assertThat(e.getMessage(), containsString("x/Dockerfile:2"));
    }

    private static String pinned(String text) {
        CascadeImage image = SampleCascade.image("x", text);
        Map<ImageReference, ImageDigest> digests = new HashMap<>();
        image.bases().forEach(base -> digests.put(base, ImageDigest.parse(DIGEST)));
        return image.pinned(digests);
    }
}
