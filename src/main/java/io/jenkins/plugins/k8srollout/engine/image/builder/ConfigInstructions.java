package io.jenkins.plugins.k8srollout.engine.image.builder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Dockerfile;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Expander;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Instruction;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Carries out the instructions that change an image's configuration only. */
final class ConfigInstructions {
    private static final Pattern SIGNAL = Pattern.compile("(?i)\\d{1,2}|(SIG)?"
            + "(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP"
            + "|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS|UNUSED|RTMIN([+]\\d{1,2})?"
            + "|RTMAX(-\\d{1,2})?)");

    private final Dockerfile file;
    private final Scope scope;
    private final Expander expander;

    ConfigInstructions(Dockerfile file, Scope scope) {
        this.file = file;
        this.scope = scope;
        this.expander = file.expander();
    }

    /**
     * @return false if it is none of these instructions
     */
    boolean apply(Instruction instruction, StageState stage) {
        ImageConfig config = stage.config();
        if (instruction instanceof Instruction.Arg arg) {
            arg(arg, stage);
        } else if (instruction instanceof Instruction.Env env) {
            expanded(env.line(), env.pairs(), stage.variables()).forEach((name, value) -> {
                config.setEnv(name, value);
                stage.setVariable(name, value);
            });
        } else if (instruction instanceof Instruction.Label label) {
            expanded(label.line(), label.pairs(), stage.variables()).forEach(config::setLabel);
        } else if (instruction instanceof Instruction.User user) {
            config.setUser(word(user.line(), user.user(), stage));
        } else if (instruction instanceof Instruction.Expose expose) {
            config.addPorts(ports(expose, stage));
        } else if (instruction instanceof Instruction.Volume volume) {
            config.addVolumes(volumes(volume, stage));
        } else if (instruction instanceof Instruction.StopSignal signal) {
            config.setStopSignal(signal(signal, stage));
        } else if (instruction instanceof Instruction.Healthcheck check) {
            config.setHealthcheck(healthcheck(check));
        } else if (instruction instanceof Instruction.Shell shell) {
            config.setShell(shell.words());
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            config.setEntrypoint(command(entrypoint.command(), config));
            if (!stage.cmdSet()) {
                config.clearCmd();
            }
        } else if (instruction instanceof Instruction.Cmd cmd) {
            config.setCmd(command(cmd.command(), config));
            stage.noteCmdSet();
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            config.setAuthor(maintainer.author());
        } else {
            return false;
        }
        return true;
    }

    private void arg(Instruction.Arg arg, StageState stage) {
        for (Instruction.Variable variable : arg.variables()) {
            scope.stageValue(arg.line(), variable, stage.variables())
                    .ifPresent(value -> stage.setVariable(variable.name(), value));
        }
    }

    /** All pairs see the variables from before the instruction. */
    private Map<String, String> expanded(int line, Map<String, String> pairs, Variables before) {
        Map<String, String> expanded = new LinkedHashMap<>();
        pairs.forEach(
                (name, value) -> expanded.put(expander.word(line, name, before), expander.word(line, value, before)));
        return expanded;
    }

    private String word(int line, String text, StageState stage) {
        return expander.word(line, text, stage.variables());
    }

    private List<String> ports(Instruction.Expose expose, StageState stage) {
        Place place = file.place(expose);
        List<String> ports = new ArrayList<>();
        for (String text : expose.ports()) {
            expander.words(expose.line(), text, stage.variables())
                    .forEach(word -> ports.addAll(PortSpec.parse(place, word)));
        }
        return ports;
    }

    private List<String> volumes(Instruction.Volume volume, StageState stage) {
        List<String> paths = volume.paths().stream()
                .map(path -> word(volume.line(), path, stage))
                .toList();
        if (paths.contains("")) {
            throw file.place(volume).refused("a volume's path is empty", "Name a folder, as in VOLUME /data");
        }
        return paths;
    }

    private String signal(Instruction.StopSignal stop, StageState stage) {
        String signal = word(stop.line(), stop.signal(), stage);
        if (!SIGNAL.matcher(signal).matches()) {
            throw file.place(stop)
                    .refused("'" + signal + "' is not a signal", "Write a name or number, as in STOPSIGNAL SIGQUIT");
        }
        return signal;
    }

    private static List<String> command(Instruction.Command command, ImageConfig config) {
        if (!command.shellForm()) {
            return command.words();
        }
        List<String> words = new ArrayList<>(config.shell());
        words.addAll(command.words());
        return words;
    }

    /** The field names are those of Docker's image format; durations are in nanoseconds there. */
    private static ObjectNode healthcheck(Instruction.Healthcheck check) {
        ObjectNode node = ImageConfig.newObject();
        ArrayNode test = node.putArray("Test");
        check.test().forEach(test::add);
        put(node, "Interval", check.interval());
        put(node, "Timeout", check.timeout());
        put(node, "StartPeriod", check.startPeriod());
        put(node, "StartInterval", check.startInterval());
        if (check.retries() > 0) {
            node.put("Retries", check.retries());
        }
        return node;
    }

    private static void put(ObjectNode node, String name, Duration duration) {
        if (!duration.isZero()) {
            node.put(name, duration.toNanos());
        }
    }
}
