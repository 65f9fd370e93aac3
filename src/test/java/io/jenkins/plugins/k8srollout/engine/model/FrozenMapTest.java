package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.Test;

public class FrozenMapTest {
    private final Map<String, Object> source = new LinkedHashMap<>();

    @Test
    public void isAMapLikeAnyOther() {
        source.put("b", 1L);
        source.put("a", null);
        FrozenMap map = new FrozenMap(source);
        assertThat(map, equalTo(source));
        assertThat(source, equalTo(map));
        assertThat(map.hashCode(), equalTo(source.hashCode()));
        assertThat(List.copyOf(map.keySet()), contains("b", "a"));
        assertThat(map.get("b"), equalTo(1L));
        assertThat(map.get("a"), nullValue());
        assertThat(
                List.of(map.containsKey("a"), map.containsKey("c"), map.containsKey(1)), contains(true, false, false));
        source.put("c", "later");
        assertThat(map.size(), equalTo(2));
    }

    @Test
    public void cannotBeChanged() {
        source.put("a", "x");
        FrozenMap map = new FrozenMap(source);
        assertThrows(UnsupportedOperationException.class, () -> map.put("a", "y"));
        assertThrows(UnsupportedOperationException.class, () -> map.remove("a"));
        assertThrows(UnsupportedOperationException.class, map::clear);
        assertThrows(
                UnsupportedOperationException.class,
                () -> map.entrySet().iterator().next().setValue("y"));
        assertThrows(
                NoSuchElementException.class,
                () -> new FrozenMap(Map.of()).entrySet().iterator().next());
    }

    @Test
    public void largeMapsOfAnObjectAreTheSame() {
        for (int i = 0; i < 3 * FrozenMap.MOST; i++) {
            source.put("key" + i, "value" + i);
            KubeObject object = KubeObject.of(source);
            assertThat(object.fields(), equalTo(source));
            assertThat(List.copyOf(object.fields().keySet()), equalTo(List.copyOf(source.keySet())));
            assertThrows(
                    UnsupportedOperationException.class, () -> object.fields().put("x", "y"));
        }
    }

    @Test
    public void objectsThatShareTheirTextsAreEqual() {
        Map<String, String> texts = new LinkedHashMap<>();
        KubeObject one = KubeObject.of(Map.of("a", List.of(new String("x"), 1, Map.of("b", new String("x")))));
        KubeObject other = one.sharing(t -> texts.computeIfAbsent(t, k -> k));
        assertThat(other, equalTo(one));
        assertThat(
                other.text("a", 2, "b").get(), sameInstance(other.text("a", 0).get()));
        assertThat(KubeObject.empty().sharing(t -> t), equalTo(KubeObject.empty()));
    }
}
