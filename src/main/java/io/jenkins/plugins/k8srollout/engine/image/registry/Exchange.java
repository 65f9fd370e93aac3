package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.engine.model.Scheduler;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Requests with all that belongs to them: authorized, tried again, awaited. Thread-safe. The calling thread waits for
 * the answer; interrupting it, or closing, ends the wait.
 */
final class Exchange implements AutoCloseable {
    private static final int UNAUTHORIZED = 401;

    private final RegistryAccess access;
    private final Transport transport;
    private final Authorization authorizer;
    private final Retry retry;
    private final Scheduler scheduler;
    private final CompletableFuture<Object> closing = new CompletableFuture<>();

    Exchange(RegistryAccess access, Transport transport, Authorization authorizer, Retry retry, Scheduler scheduler) {
        this.access = access;
        this.transport = transport;
        this.authorizer = authorizer;
        this.retry = retry;
        this.scheduler = scheduler;
    }

    Patience patience() {
        return retry.patience();
    }

    Patience noPatience() {
        return retry.none();
    }

    /** The answer, with any status but those that may pass; for requests that may be repeated. */
    Answer send(Call call, Patience patience) {
        return result(call, retry.run(call.action(), patience, () -> once(call)));
    }

    Answer send(Call call) {
        return send(call, patience());
    }

    /** The same after a failure that the caller has seen itself, with the delay that it calls for. */
    Answer sendAfter(TransientException failure, Call call, Patience patience) {
        return result(call, retry.runAfter(failure, call.action(), patience, () -> once(call)));
    }

    /** A single try, for requests of which the state must be looked up before they are repeated. */
    Answer sendOnce(Call call) throws TransientException {
        try {
            return result(call, once(call));
        } catch (PassedOnException e) {
            throw e.passed();
        }
    }

    /** Sends a request the outcome of which does not matter. */
    void forget(Call call) {
        once(call);
    }

    /** Watches over a body that is read by the caller. */
    StallGuard guard(Runnable onStall) {
        return new StallGuard(scheduler, access.answerTimeout(), onStall);
    }

    private CompletableFuture<Answer> once(Call call) {
        return authorizer
                .header(call, call.scopes())
                .thenCompose(header -> transport.send(call, header).thenCompose(answer -> {
                    if (answer.status() != UNAUTHORIZED || !authorizer.refused(answer, header)) {
                        return CompletableFuture.completedFuture(answer);
                    }
                    return authorizer
                            .header(call, call.scopes().plus(Authorizer.named(answer)))
                            .thenCompose(renewed -> transport.send(call, renewed));
                }))
                .thenCompose(answer -> PassingAnswer.of(answer, access, "the registry", scheduler.now())
                        .<CompletableFuture<Answer>>map(CompletableFuture::failedFuture)
                        .orElseGet(() -> CompletableFuture.completedFuture(answer)));
    }

    ReleaseException problem(Answer answer, Action action) {
        return RegistryErrors.of(answer, action, access);
    }

    private Answer result(Call call, CompletableFuture<Answer> answer) {
        try {
            return (Answer) CompletableFuture.anyOf(answer, closing).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.abort().abort();
            throw interrupted(call.action());
        } catch (CancellationException e) {
            throw interrupted(call.action());
        } catch (ExecutionException e) {
            Throwable failure = Retry.unwrapped(e.getCause());
            if (failure instanceof ReleaseException problem) {
                throw problem;
            }
            if (failure instanceof TransientException passed) {
                throw new PassedOnException(passed);
            }
            if (failure instanceof CancellationException) {
                throw interrupted(call.action());
            }
            throw new IllegalStateException("unforeseen failure of a request: " + failure, failure);
        }
    }

    private static ReleaseException interrupted(Action action) {
        return new ReleaseException(
                new Problem(Problem.Kind.INTERRUPTED, action.attempted(), action.object(), "the work was ended", ""));
    }

    @Override
    public void close() {
        closing.completeExceptionally(new CancellationException("the registry client is closed"));
        transport.close();
    }

    /** Carries a passing failure out of {@link #result} to the one caller that wants it. */
    private static final class PassedOnException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient TransientException passed;

        PassedOnException(TransientException passed) {
            super(passed.getMessage(), passed);
            this.passed = passed;
        }

        TransientException passed() {
            return passed;
        }
    }
}
