package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class KubeObjectTest {
    private static final KubeObject WEB = KubeObject.of(Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Map.of("name", "web", "namespace", "shop", "uid", "1-2", "labels", Map.of("app", "web", "n", 1)),
            "spec",
            Map.of(
                    "replicas",
                    3,
                    "paused",
                    true,
                    "items",
                    Arrays.asList(Map.of("a", "x"), "text", null, Map.of("a", "y")))));

    @Test
    public void identityIsReadFromTheUsualFields() {
        assertThat(WEB.ref(), is(new ObjectRef("apps/v1", "Deployment", "shop", "web")));
        assertThat(WEB.uid(), is("1-2"));
        assertThat(WEB.labels(), is(Map.of("app", "web")));
        assertThat(KubeObject.empty().ref(), is(new ObjectRef("", "", "", "")));
    }

    @Test
    public void absentAndMistypedValuesReadAsAbsent() {
        assertThat(WEB.text("spec", "replicas"), is(Optional.empty()));
        assertThat(WEB.number("spec", "paused"), is(Optional.empty()));
        assertThat(WEB.number("metadata", "name"), is(Optional.empty()));
        assertThat(WEB.flag("spec", "replicas"), is(false));
        assertThat(WEB.find("spec", "items", 9), is(Optional.empty()));
        assertThat(WEB.find("spec", "items", -1), is(Optional.empty()));
        assertThat(WEB.find("spec", "items", 2), is(Optional.empty()));
        assertThat(WEB.find("spec", 0), is(Optional.empty()));
        assertThat(WEB.child("metadata", "name").isEmpty(), is(true));
        assertThat(WEB.items("spec"), is(List.of()));
    }

    @Test
    public void valuesAreReadByPath() {
        assertThat(WEB.number("spec", "replicas"), is(Optional.of(3L)));
        assertThat(WEB.flag("spec", "paused"), is(true));
        assertThat(WEB.text("spec", "items", 3, "a"), is(Optional.of("y")));
        assertThat(
                WEB.children("spec", "items").stream()
                        .map(c -> c.text("a").get())
                        .toList(),
                contains("x", "y"));
    }

    @Test
    public void withMakesACopyAndMissingMaps() {
        KubeObject changed = WEB.with("v", "metadata", "annotations", "k")
                .with(5, "spec", "replicas")
                .with("z", "spec", "items", 0, "a");
        assertThat(changed.annotations(), is(Map.of("k", "v")));
        assertThat(changed.text("spec", "items", 0, "a"), is(Optional.of("z")));
        assertThat(WEB.annotations(), is(Map.of()));
        assertThat(WEB.number("spec", "replicas"), is(Optional.of(3L)));
        assertThrows(IllegalArgumentException.class, () -> WEB.with("x", "metadata", "name", "deeper"));
        assertThrows(IllegalArgumentException.class, () -> WEB.with("x", "spec", "items", 4));
    }

    @Test
    public void withoutRemovesFieldsAndListItems() {
        assertThat(WEB.without("spec", "replicas").has("spec", "replicas"), is(false));
        assertThat(WEB.without("spec", "items", 0).items("spec", "items").get(0), is("text"));
        assertThat(WEB.without("spec", "absent"), is(sameInstance(WEB)));
    }

    @Test
    public void contentIsCopiedAndCannotBeChanged() {
        Map<String, Object> source = new LinkedHashMap<>();
        List<Object> list = new ArrayList<>(List.of("a"));
        source.put("list", list);
        KubeObject object = KubeObject.of(source);
        list.add("b");
        assertThat(object.items("list"), contains("a"));
        assertThrows(UnsupportedOperationException.class, () -> object.fields().put("x", 1));
        assertThrows(
                UnsupportedOperationException.class, () -> object.items("list").add("b"));
        object.toMap().put("x", 1);
        assertThat(object.has("x"), is(false));
    }

    @Test
    public void wholeNumbersCompareEqualWhateverParserMadeThem() {
        assertThat(KubeObject.of(Map.of("a", 1)), is(KubeObject.of(Map.of("a", 1L))));
        assertThat(
                KubeObject.of(Map.of("a", 1)).hashCode(),
                is(KubeObject.of(Map.of("a", 1L)).hashCode()));
        assertThat(KubeObject.of(Map.of("a", 1)), is(not(KubeObject.of(Map.of("a", 1.5)))));
    }

    @Test
    public void onlyDataIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> KubeObject.of(Map.of(1, "x")));
        assertThrows(IllegalArgumentException.class, () -> KubeObject.of(Map.of("x", new Object())));
    }

    @Test
    public void textFormShowsNoContent() {
        assertThat(
                KubeObject.of(Map.of("kind", "Secret", "data", Map.of("p", "hunter2")))
                        .toString(),
                is("Secret/"));
    }
}
