package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.CopySpec;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Expander;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.IgnorePatterns;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import io.jenkins.plugins.k8srollout.engine.image.layer.Content;
import io.jenkins.plugins.k8srollout.engine.image.layer.FileNode;
import io.jenkins.plugins.k8srollout.engine.image.layer.ImageTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerEntry;
import io.jenkins.plugins.k8srollout.engine.image.layer.SourceTree;
import io.jenkins.plugins.k8srollout.engine.image.layer.Spool;
import io.jenkins.plugins.k8srollout.engine.image.layer.TreeException;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Carries out the instructions that change an image's files: COPY, ADD, WORKDIR. */
final class FileInstructions {
    private static final int FOLDER_MODE = 0755;

    private final Dockerfile file;
    private final Expander expander;
    private final Trees trees;
    private final Spool spool;
    private final ProgressSink sink;

    /** Where files come from. */
    interface Trees {
        SourceTree context();

        /**
         * The files of an earlier stage or of an image.
         *
         * @param user the stage that copies
         */
        SourceTree from(Place place, String name, StageState user);

        /** The same entries with contents that can be read now. */
        List<LayerEntry> readable(List<LayerEntry> entries);
    }

    FileInstructions(Dockerfile file, Trees trees, Spool spool, ProgressSink sink) {
        this.file = file;
        this.expander = file.expander();
        this.trees = trees;
        this.spool = spool;
        this.sink = sink;
    }

    /** Whether an instruction is one of these. */
    static boolean concerns(Instruction instruction) {
        return instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir;
    }

    /**
     * @return whether the stage has got a layer
     */
    boolean apply(Instruction instruction, StageState stage) throws IOException {
        try {
            boolean apart = isApart(instruction);
            LayerDraft draft = new LayerDraft(apart ? new ImageTree("the files of --link") : stage.files());
            if (instruction instanceof Instruction.Workdir workdir) {
                workdir(workdir, stage, draft);
            } else if (instruction instanceof Instruction.Copy copy) {
                String from = expander.word(copy.line(), copy.from(), stage.variables());
                SourceTree source = from.isEmpty() ? trees.context() : trees.from(file.place(copy), from, stage);
                copy(copy, copy.spec(), source, false, stage, draft);
            } else if (instruction instanceof Instruction.Add add) {
                // As BuildKit: frontend/dockerfile/dockerfile2llb/convert_copy.go
                if (!add.checksum().isEmpty()) {
                    throw file.place(add)
                            .refused(
                                    "--checksum is for what ADD fetches from a URL",
                                    "Remove it: these are files of the context");
                }
                copy(add, add.spec(), trees.context(), add.unpack().orElse(true), stage, draft);
            }
            List<LayerEntry> entries = draft.entries();
            if (apart) {
                stage.lay(entries);
            }
            if (!entries.isEmpty()) {
                stage.add(new PlannedLayer.Own(entries));
            }
            return !entries.isEmpty();
        } catch (TreeException e) {
            throw file.place(instruction).refused(e.getMessage(), e.remedy());
        }
    }

    /**
     * Whether files are put together on nothing and then laid over the image, so that no link of the image is followed
     * and folders get new owners and permissions. As in BuildKit, {@code --chmod} makes an ordinary copy of it.
     */
    private static boolean isApart(Instruction instruction) {
        return spec(instruction)
                .filter(spec -> spec.link() && spec.chmod().isEmpty())
                .isPresent();
    }

    private static Optional<CopySpec> spec(Instruction instruction) {
        return instruction instanceof Instruction.Copy copy
                ? Optional.of(copy.spec())
                : instruction instanceof Instruction.Add add ? Optional.of(add.spec()) : Optional.empty();
    }

    private void workdir(Instruction.Workdir workdir, StageState stage, LayerDraft draft) {
        String path = expander.word(workdir.line(), workdir.path(), stage.variables());
        String absolute = path.startsWith("/") ? path : stage.config().workingDir() + "/" + path;
        String tidy = "/" + String.join("/", tidy(absolute));
        stage.config().setWorkingDir(tidy);
        String user = stage.config().user();
        String target = draft.follow(tidy);
        if (!target.isEmpty() && draft.node(target).isEmpty()) {
            Owner owner = user.isEmpty() ? Owner.ROOT : owners(stage).resolve(file.place(workdir), user);
            draft.makeFolders(target, FOLDER_MODE, owner);
        } else if (!target.isEmpty()) {
            draft.makeFolders(target, FOLDER_MODE, Owner.ROOT);
        }
    }

    private static List<String> tidy(String path) {
        java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return List.copyOf(parts);
    }

    private void copy(
            Instruction instruction,
            CopySpec written,
            SourceTree source,
            boolean unpack,
            StageState stage,
            LayerDraft draft)
            throws IOException {
        Place place = file.place(instruction);
        CopySpec spec = expanded(instruction.line(), written, stage.variables());
        Optional<Owner> owner = spec.chown().isEmpty()
                ? Optional.empty()
                : Optional.of((isApart(instruction) ? new Owners(path -> Optional.empty()) : owners(stage))
                        .resolve(place, spec.chown()));
        IgnorePatterns excludes;
        try {
            excludes = IgnorePatterns.of(spec.excludes());
        } catch (IllegalArgumentException e) {
            throw place.refused("--exclude: " + e.getMessage(), "Correct the pattern");
        }
        CopyRun.Options options = new CopyRun.Options(
                owner, Chmod.parse(place, spec.chmod()), excludes, unpack ? Optional.of(spool) : Optional.empty());
        int found = new CopyRun(place, source, draft, options)
                .run(spec, stage.config().workingDir());
        if (found == 0) {
            sink.accept(new ProgressEvent.Notice(
                    Finding.Severity.WARNING, place + ": the patterns match nothing, so nothing is copied"));
        }
    }

    private CopySpec expanded(int line, CopySpec spec, Variables variables) {
        return new CopySpec(
                spec.sources().stream()
                        .map(s -> expander.word(line, s, variables))
                        .toList(),
                spec.documents().stream()
                        .map(d -> d.expand()
                                ? new CopySpec.Document(
                                        d.name(), expander.document(line, d.content(), variables), false)
                                : d)
                        .toList(),
                expander.word(line, spec.destination(), variables),
                expander.word(line, spec.chown(), variables),
                expander.word(line, spec.chmod(), variables),
                spec.excludes(), // as BuildKit takes them: a dollar sign is one
                spec.parents(),
                spec.link());
    }

    private Owners owners(StageState stage) {
        return new Owners(path -> content(stage, path));
    }

    private Optional<Content> content(StageState stage, String path) {
        String followed = new LayerDraft(stage.files()).follow(path);
        return stage.files().node(followed).filter(FileNode::isFile).map(node -> trees.readable(
                        List.of(new LayerEntry(followed, node)))
                .get(0)
                .node()
                .content());
    }
}
