package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Parses YAML or JSON text into nodes with their places, within limits. */
final class NodeComposer {
    /** Marks plain scalars without a tag: what they mean is decided later, by {@link PlainScalar}. */
    static final Tag UNTAGGED = new Tag("tag:k8s-rollout.jenkins.io,2026:untagged");

    private static final int MOST_ALIASES = 200;
    private static final int DEEPEST = 100;

    private NodeComposer() {}

    /** @throws org.yaml.snakeyaml.error.YAMLException if the text is not YAML, or beyond a limit */
    static List<Node> compose(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        limits.setNestingDepthLimit(DEEPEST);
        limits.setCodePointLimit(Integer.MAX_VALUE); // the workspace has limited the file
        limits.setTagInspector(tag -> true); // no tag makes an object here, and NodeReader reports them all
        Composer composer = new Composer(new ParserImpl(new StreamReader(text), limits), new Untyped(), limits);
        List<Node> nodes = new ArrayList<>();
        while (composer.checkNode()) {
            nodes.add(composer.getNode());
        }
        return nodes;
    }

    private static final class Untyped extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // none: SnakeYAML's rules are not those of Kubernetes' parser
        }

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? UNTAGGED : super.resolve(kind, value, implicit);
        }
    }
}
