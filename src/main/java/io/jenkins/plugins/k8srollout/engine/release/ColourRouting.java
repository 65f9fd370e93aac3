package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.strategy.ColourRoute;
import io.jenkins.plugins.k8srollout.engine.strategy.Colours;
import java.util.List;
import java.util.Optional;

/**
 * Binds the Services of a Deployment to one of its colours, switches them, and frees them again. The Deployment is marked
 * before the first is bound, and until the last is free, so that whoever reads it knows. Each Service is switched by one
 * patch; repeating anything changes nothing more. Blocks while the server answers.
 */
final class ColourRouting {
    private final ClusterPort port;
    private final ProgressSink sink;

    ColourRouting(ClusterPort port, ProgressSink sink) {
        this.port = port;
        this.sink = sink;
    }

    static List<KubeObject> services(ClusterPort port, String namespace) {
        return port.list(Selection.of("v1", "Service", namespace));
    }

    /** Marks a Deployment, and binds Services to its old colour; their endpoints stay what they are. */
    void bind(ObjectRef deployment, Colours colours, List<KubeObject> services) {
        mark(deployment, colours);
        for (KubeObject service : services) {
            bind(service.ref(), colours.release(), deployment.name(), colours.serving());
        }
    }

    private void mark(ObjectRef deployment, Colours colours) {
        boolean marked = port.get(deployment).flatMap(Colours::of).equals(Optional.of(colours));
        if (!marked) {
            port.patch(deployment, colours.patch());
        }
    }

    private boolean bind(ObjectRef service, String release, String workload, String colour) {
        return GuardedPatch.change(port, service, booked -> {
            Optional<ColourRoute> route = ColourRoute.of(booked);
            boolean ours = route.filter(r -> r.release().equals(release)).isPresent();
            if (ours && ColourRoute.colour(booked).equals(Optional.of(colour))) {
                return Optional.empty();
            }
            boolean stated = ours && route.get().stated();
            return Optional.of(
                    ColourRoute.begin(booked, release, workload, stated).binding(booked, colour));
        });
    }

    /**
     * Switches all Services of a Deployment to a colour.
     *
     * @param colours as they are to be from now on
     * @throws ReleaseException (conflict) before the first is switched, if somebody else has changed a selector
     */
    void switchOver(ObjectRef deployment, Colours colours) {
        for (KubeObject service : bound(deployment)) {
            Optional<String> now = ColourRoute.colour(service);
            if (!isOurs(service, colours)) {
                throw new ReleaseException(new Problem(
                        Problem.Kind.CONFLICT,
                        "switch the Services of " + deployment,
                        service.ref().toString(),
                        "somebody else has changed its selector during the release: it selects "
                                + now.map(c -> "the colour " + c).orElse("pods of both colours")
                                + ". Nothing was switched",
                        "Let one release at a time change it; k8s-rollout continue --rollback undoes this one"));
            }
        }
        route(deployment, colours);
    }

    private static boolean isOurs(KubeObject service, Colours colours) {
        return ColourRoute.colour(service).filter(colours::has).isPresent();
    }

    /** As {@link #switchOver}, on the way back: one that somebody else has changed is theirs, and keeps nobody. */
    void route(ObjectRef deployment, Colours colours) {
        mark(deployment, colours);
        for (KubeObject service : bound(deployment)) {
            if (!isOurs(service, colours)) {
                say(service.ref() + " was changed by somebody else meanwhile, and stays as it is");
            } else if (bind(service.ref(), colours.release(), deployment.name(), colours.serving())) {
                say(service.ref() + " now selects " + words(colours));
            }
        }
    }

    private static String words(Colours colours) {
        return (colours.isSwitched() ? "the new colour, " : "the old colour, ") + colours.serving();
    }

    /** The Services that are bound for a Deployment. */
    private List<KubeObject> bound(ObjectRef deployment) {
        return services(port, deployment.namespace()).stream()
                .filter(s -> ColourRoute.of(s)
                        .filter(r -> r.workload().equals(deployment.name()))
                        .isPresent())
                .toList();
    }

    /** Frees all Services of a Deployment, and then the Deployment of its mark. Only one colour may be left by now. */
    void free(ObjectRef deployment) {
        for (KubeObject service : bound(deployment)) {
            unbind(service.ref());
        }
        if (port.get(deployment).flatMap(Colours::of).isPresent()) {
            port.patch(deployment, Colours.removal());
        }
    }

    private void unbind(ObjectRef service) {
        Optional<ColourRoute> route = port.get(service).flatMap(ColourRoute::of);
        GuardedPatch.change(port, service, booked -> ColourRoute.colour(booked).map(c -> ColourRoute.freeing(booked)));
        if (route.filter(ColourRoute::stated).isPresent()) {
            // The manifest has asked for this selector: it is to be ours as if it had been applied plainly.
            GuardedApply.change(
                    port,
                    service,
                    booked -> Optional.of(port.owned(booked)
                            .with(booked.child("spec", "selector").fields(), "spec", "selector")));
        }
        GuardedPatch.change(port, service, booked -> ColourRoute.of(booked)
                .map(r -> r.unmarking(booked, ClusterPort.FIELD_MANAGER)));
    }

    /** The colour of the newest template; empty as long as the controller has not made it. */
    Optional<String> newest(KubeObject deployment) {
        return Revisions.newest(port, deployment).map(ColourRouting::colour);
    }

    /** The colour of a ReplicaSet's pods. */
    static String colour(KubeObject replicaSet) {
        return replicaSet.labels().getOrDefault(ColourRoute.COLOUR, "");
    }

    private void say(String text) {
        sink.accept(new ProgressEvent.Notice(Severity.INFO, text));
    }
}
