package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class ImageDigestTest {
    private static final String EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    public void digestIsThatOfTheContent() {
        assertThat(ImageDigest.of(new byte[0]).toString(), is(EMPTY));
        assertThat(
                ImageDigest.of("a".getBytes(StandardCharsets.UTF_8)).compareTo(ImageDigest.parse(EMPTY)) < 0, is(true));
    }

    @Test
    public void textFormComesBack() {
        assertThat(ImageDigest.parse(EMPTY).toString(), is(EMPTY));
    }

    @Test
    public void otherFormsAreRefused() {
        for (String text : List.of(
                "", "sha256:", EMPTY.substring(7), EMPTY.toUpperCase(), EMPTY + "0", "sha512:" + EMPTY.substring(7))) {
            assertThrows(text, ReleaseException.class, () -> ImageDigest.parse(text));
        }
    }
}
